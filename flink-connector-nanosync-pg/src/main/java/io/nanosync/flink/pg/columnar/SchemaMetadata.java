package io.nanosync.flink.pg.columnar;

/** Keys of the metadata of schema and fields: part of the format, so they never change. */
final class SchemaMetadata {

    /** Schema: version of this format. */
    static final String FORMAT = "nanosync.format";

    /** Schema: the table's schema, as in the catalog. */
    static final String SCHEMA = "pg.schema";

    /** Schema: the table's name, as in the catalog. */
    static final String TABLE = "pg.table";

    /** Schema: the table's OID, unsigned decimal. */
    static final String RELATION_OID = "pg.relation.oid";

    /** Schema: default, nothing, full or index. */
    static final String REPLICA_IDENTITY = "pg.replica.identity";

    /** Schema: names of the primary key's columns in key order, a JSON array. */
    static final String PRIMARY_KEY = "pg.primary.key";

    /** Field: name of the type, with its schema unless that is pg_catalog. */
    static final String TYPE = "pg.type";

    /** Field: OID of the type, unsigned decimal. */
    static final String TYPE_OID = "pg.type.oid";

    /** Field: the type modifier, -1 without one. */
    static final String TYPMOD = "pg.typmod";

    /** Field: the declared type as {@code format_type} prints it. */
    static final String TYPE_TEXT = "pg.type.text";

    /** Field: whether the column may be null, true or false. */
    static final String NULLABLE = "pg.nullable";

    /** Field: whether the column belongs to the replica identity, true or false. */
    static final String IDENTITY = "pg.identity";

    /** Field: Arrow's own key for the name of an extension type. */
    static final String EXTENSION_NAME = "ARROW:extension:name";

    /** Field: Arrow's own key for the parameters of an extension type. */
    static final String EXTENSION_METADATA = "ARROW:extension:metadata";

    private SchemaMetadata() {}
}

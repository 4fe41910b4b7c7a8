package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** Table descriptions for tests. */
public final class TestTables {

    /** Two columns: {@code id int8} (the key) and {@code note text}. */
    public static final TableSchema NOTES = notes(ReplicaIdentity.DEFAULT);

    /** A column of every type that Arrow has of its own. */
    public static final TableSchema EVERYTHING =
            table(
                    "everything",
                    ReplicaIdentity.FULL,
                    column("a_bool", 16, "bool", -1, "boolean"),
                    column("an_int2", 21, "int2", -1, "smallint"),
                    column("an_int4", 23, "int4", -1, "integer"),
                    column("an_int8", 20, "int8", -1, "bigint"),
                    column("an_oid", 26, "oid", -1, "oid"),
                    column("a_float4", 700, "float4", -1, "real"),
                    column("a_float8", 701, "float8", -1, "double precision"),
                    column("a_numeric", 1700, "numeric", (12 << 16 | 2) + 4, "numeric(12,2)"),
                    column("a_wide", 1700, "numeric", (60 << 16 | 5) + 4, "numeric(60,5)"),
                    column("a_bytea", 17, "bytea", -1, "bytea"),
                    column("a_date", 1082, "date", -1, "date"),
                    column("a_time", 1083, "time", -1, "time without time zone"),
                    column("a_timestamp", 1114, "timestamp", -1, "timestamp without time zone"),
                    column("a_timestamptz", 1184, "timestamptz", -1, "timestamp with time zone"),
                    column("a_uuid", 2950, "uuid", -1, "uuid"),
                    column("a_text", 25, "text", -1, "text"));

    private TestTables() {}

    /** {@link #NOTES} with another replica identity. */
    public static TableSchema notes(ReplicaIdentity identity) {
        boolean keyed = identity == ReplicaIdentity.DEFAULT || identity == ReplicaIdentity.INDEX;
        boolean whole = identity == ReplicaIdentity.FULL;
        return new TableSchema(
                16384,
                new QualifiedName("public", "notes"),
                identity,
                List.of(
                        new Column(
                                "id", PgType.base(20, "int8"), -1, "bigint", false, keyed || whole),
                        new Column("note", PgType.base(25, "text"), -1, "text", true, whole)),
                List.of("id"));
    }

    private static TableSchema table(String name, ReplicaIdentity identity, Column... columns) {
        return new TableSchema(
                0x8000_0001,
                new QualifiedName("public", name),
                identity,
                new ArrayList<>(List.of(columns)),
                List.of());
    }

    private static Column column(String name, int oid, String type, int typmod, String text) {
        return new Column(name, PgType.base(oid, type), typmod, text, true, true);
    }
}

package io.nanosync.flink.pg.columnar;

import com.google.flatbuffers.FlatBufferBuilder;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * The Arrow schema of a table's change batches, with what a consumer needs to know of the table in
 * its metadata. Immutable. Equal when table and fingerprint are.
 *
 * <p>Schema metadata: {@code nanosync.format} (1), {@code pg.schema}, {@code pg.table}, {@code
 * pg.relation.oid}, {@code pg.replica.identity} (default, nothing, full, index) and {@code
 * pg.primary.key} (a JSON array of column names). Metadata of each column's field: {@code pg.type},
 * {@code pg.type.oid}, {@code pg.typmod}, {@code pg.type.text}, {@code pg.nullable}, {@code
 * pg.identity}, and for uuid {@code ARROW:extension:name} ({@code arrow.uuid}).
 */
@PublicEvolving
public final class ChangeSchema {

    private final Schema arrow;
    private final byte[] ipc;
    private final long fingerprint;
    private final QualifiedName table;

    private ChangeSchema(Schema arrow, byte[] ipc) {
        this.arrow = arrow;
        this.ipc = ipc;
        this.fingerprint = SchemaFingerprint.of(arrow);
        this.table =
                new QualifiedName(metadata(SchemaMetadata.SCHEMA), metadata(SchemaMetadata.TABLE));
    }

    /**
     * The schema for a table. The same table description gives the same schema and fingerprint, in
     * every process.
     */
    @Internal
    public static ChangeSchema of(TableSchema table) {
        Schema arrow = ArrowFields.schema(table);
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int header = arrow.getSchema(builder);
        return new ChangeSchema(arrow, IpcFrame.message(builder, MessageHeader.Schema, header, 0));
    }

    /**
     * Restores a schema from {@link #ipc()}.
     *
     * @throws IllegalArgumentException when the bytes aren't the schema of change batches
     */
    public static ChangeSchema fromIpc(byte[] schemaMessage) {
        Message message = IpcFrame.read(schemaMessage, MessageHeader.Schema);
        org.apache.arrow.flatbuf.Schema header =
                (org.apache.arrow.flatbuf.Schema)
                        message.header(new org.apache.arrow.flatbuf.Schema());
        return new ChangeSchema(Schema.convertSchema(header), schemaMessage);
    }

    private String metadata(String key) {
        String value = arrow.getCustomMetadata().get(key);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Not the schema of change batches: its metadata has no \"" + key + "\"");
        }
        return value;
    }

    /** The table. */
    public QualifiedName table() {
        return table;
    }

    /** The table's replica identity: how complete {@code before} is. */
    public ReplicaIdentity replicaIdentity() {
        return ReplicaIdentity.valueOf(
                metadata(SchemaMetadata.REPLICA_IDENTITY).toUpperCase(Locale.ROOT));
    }

    /** Names of the primary key's columns in key order; empty without one. */
    public List<String> primaryKey() {
        return JsonStrings.read(metadata(SchemaMetadata.PRIMARY_KEY));
    }

    /** 64 bits that differ where names, types, typmods, nullability or identity differ. */
    public long fingerprint() {
        return fingerprint;
    }

    /**
     * The Arrow schema: {@code op, before, after, commit_lsn, ordinal, commit_ts, xid, unchanged}.
     */
    public Schema arrow() {
        return arrow;
    }

    /** The schema as an encapsulated Arrow IPC message. Not a copy: don't write to it. */
    public byte[] ipc() {
        return ipc;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof ChangeSchema that)) {
            return false;
        }
        return fingerprint == that.fingerprint && table.equals(that.table);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint);
    }

    /**
     * Whether a field is of a column's very type and typmod, which its Arrow type need not tell.
     */
    @Internal
    public static boolean isOfType(Field field, Column column) {
        return Integer.toUnsignedString(column.type().oid())
                        .equals(field.getMetadata().get(SchemaMetadata.TYPE_OID))
                && Integer.toString(column.typmod())
                        .equals(field.getMetadata().get(SchemaMetadata.TYPMOD));
    }

    /** The declared type of a column's field, as {@code format_type} prints it. */
    @Internal
    public static @Nullable String typeText(Field field) {
        return field.getMetadata().get(SchemaMetadata.TYPE_TEXT);
    }

    /** Table and fingerprint, for example {@code public.orders#1f0c…}. */
    @Override
    public String toString() {
        return table + "#" + Long.toHexString(fingerprint);
    }
}

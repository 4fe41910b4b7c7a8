package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.Op;
import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** The metadata columns: what else is known of a change. */
enum Metadata {
    OP(
            "op",
            DataTypes.STRING().notNull(),
            "What happened: `r` row of the snapshot, `i` insert, `u` update, `d` delete",
            (change, op, table) -> StringData.fromString(String.valueOf(op.code()))),
    TABLE_NAME(
            "table_name",
            DataTypes.STRING().notNull(),
            "The table, without its schema",
            (change, op, table) -> StringData.fromString(table.name().name())),
    SCHEMA_NAME(
            "schema_name",
            DataTypes.STRING().notNull(),
            "The table's schema",
            (change, op, table) -> StringData.fromString(table.name().schema())),
    DATABASE_NAME(
            "database_name",
            DataTypes.STRING().notNull(),
            "The database",
            (change, op, table) -> StringData.fromString(table.database())),
    COMMIT_TS(
            "commit_ts",
            DataTypes.TIMESTAMP_LTZ(6),
            "When the transaction was committed; null for rows of the snapshot",
            (change, op, table) -> {
                Long micros = change.commitTimestampMicros();
                return micros == null ? null : TimeConverters.timestamp(micros);
            }),
    COMMIT_LSN(
            "commit_lsn",
            DataTypes.STRING().notNull(),
            "Where in the write-ahead log it was committed, like `16/B374D848`; for rows of the"
                    + " snapshot, where that was taken",
            (change, op, table) -> StringData.fromString(change.commitLsn().toString())),
    ORDINAL(
            "ordinal",
            DataTypes.BIGINT().notNull(),
            "Which of the captured changes of its transaction, counted from 1; 0 for rows of the"
                    + " snapshot",
            (change, op, table) -> change.ordinal()),
    XID(
            "xid",
            DataTypes.BIGINT(),
            "The transaction's id; null for rows of the snapshot",
            (change, op, table) -> change.xid()),
    SNAPSHOT(
            "snapshot",
            DataTypes.BOOLEAN().notNull(),
            "Whether it is a row of the snapshot",
            (change, op, table) -> op == Op.READ);

    /** Bytes of a name in PostgreSQL. */
    private static final int LONGEST_NAME = 63;

    /** Makes the value. */
    private interface Value {
        @Nullable Object of(ChangeRow change, Op op, TableIdentity table);
    }

    private final String key;
    private final DataType type;
    private final String description;
    private final Value value;

    Metadata(String key, DataType type, String description, Value value) {
        this.key = key;
        this.type = type;
        this.description = description;
        this.value = value;
    }

    /** The name in {@code METADATA FROM '…'}. */
    String key() {
        return key;
    }

    /** The type that the planner casts from. */
    DataType type() {
        return type;
    }

    /** One sentence for the guide, without full stop. */
    String description() {
        return description;
    }

    /**
     * The value for a row of a change, in Flink's internal form.
     *
     * @param op what the row says: an update of the key is a delete and an insert
     */
    @Nullable Object of(ChangeRow change, Op op, TableIdentity table) {
        return value.of(change, op, table);
    }

    /** Whether each value is itself behind Flink's cast to a type: that cuts and wraps. */
    boolean fitsInto(LogicalType declared) {
        LogicalTypeRoot own = type.getLogicalType().getTypeRoot();
        return switch (declared.getTypeRoot()) {
            case TINYINT, SMALLINT, INTEGER -> own != LogicalTypeRoot.BIGINT;
            case CHAR, VARCHAR ->
                    own != LogicalTypeRoot.VARCHAR
                            || LogicalTypeChecks.getLength(declared) >= longest();
            default -> true;
        };
    }

    /** Characters of the longest text. */
    private int longest() {
        return switch (this) {
            case OP -> 1;
            case COMMIT_LSN -> "FFFFFFFF/FFFFFFFF".length();
            default -> LONGEST_NAME;
        };
    }

    /** Whether it differs from change to change; else all rows of a table have the same. */
    boolean isOfChange() {
        return this != TABLE_NAME && this != SCHEMA_NAME && this != DATABASE_NAME;
    }

    /** The metadata column of this name; empty when there is none. */
    static Optional<Metadata> named(String key) {
        return Arrays.stream(values()).filter(metadata -> metadata.key.equals(key)).findFirst();
    }

    /**
     * The metadata column of this name.
     *
     * @throws IllegalArgumentException when there is none
     */
    static Metadata ofKey(String key) {
        return named(key)
                .orElseThrow(() -> new IllegalArgumentException("Not a metadata column: " + key));
    }
}

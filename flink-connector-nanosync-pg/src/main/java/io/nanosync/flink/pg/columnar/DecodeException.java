package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.UnrepresentableValueException;
import io.nanosync.flink.pg.columnar.decoder.UnrepresentableValueException.Remedy;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A row couldn't be written into its columns. The message names operation, table, LSN, column and
 * type, and what was expected and found; never a value. The cause is the decoder's exception; where
 * that isn't one of ours its message may hold a value, so only its class and stack trace are kept.
 */
public final class DecodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private DecodeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether a fresh snapshot, and nothing else, gets over it. */
    public boolean isOfAlteredType() {
        return getCause() instanceof AlteredTypeException;
    }

    static DecodeException of(
            Op op, QualifiedName table, Lsn lsn, @Nullable Column column, RuntimeException cause) {
        StringBuilder message = new StringBuilder("Cannot decode ");
        message.append(operation(op)).append(" for ").append(table).append(" at LSN ").append(lsn);
        if (column != null) {
            message.append(": column \"").append(column.name()).append("\" (");
            message.append(column.typeText()).append(')');
        }
        RuntimeException known = withoutValues(cause);
        message.append(": ").append(known.getMessage());
        if (column != null && known instanceof UnrepresentableValueException value) {
            message.append(remedy(table, column, value.remedy()));
        }
        return new DecodeException(message.toString(), known);
    }

    private static String remedy(QualifiedName table, Column column, Remedy remedy) {
        String alter =
                "ALTER TABLE "
                        + table.sql()
                        + " ALTER COLUMN "
                        + QualifiedName.quote(column.name())
                        + " TYPE text";
        return switch (remedy) {
            case NONE -> "";
            case OPTION_OR_TYPE ->
                    ". Set the option unrepresentable to null to have null for such values, or give"
                            + " the column another type, which takes a fresh snapshot: "
                            + alter;
            case TYPE ->
                    ". The column identifies rows, so null can't stand for it whatever the option"
                            + " unrepresentable says. Give it another type, which takes a fresh"
                            + " snapshot: "
                            + alter;
        };
    }

    private static String operation(Op op) {
        return switch (op) {
            case READ -> "snapshot row";
            case INSERT -> "Insert";
            case UPDATE -> "Update";
            case DELETE -> "Delete";
            case TRUNCATE -> "Truncate";
        };
    }

    private static RuntimeException withoutValues(RuntimeException cause) {
        if (cause instanceof MalformedMessageException
                || cause instanceof AlteredTypeException
                || cause instanceof UnrepresentableValueException
                || cause instanceof HeapTooSmallException) {
            return cause;
        }
        RuntimeException copy =
                new IllegalStateException("unexpected " + cause.getClass().getName());
        copy.setStackTrace(cause.getStackTrace());
        return copy;
    }
}

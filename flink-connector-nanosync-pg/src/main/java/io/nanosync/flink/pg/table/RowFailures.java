package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import org.apache.flink.table.types.logical.VarCharType;

/** What goes wrong between a change and its rows: where, why, and what mends it. No values. */
final class RowFailures {

    private final RowPlan plan;
    private final QualifiedName table;

    RowFailures(RowPlan plan) {
        this.plan = plan;
        this.table = plan.table().name();
    }

    PipelineFailedException truncated(ChangeRow change) {
        return failure(
                change,
                "the table was truncated, and Flink SQL has no such change. Start the statement"
                        + " again from a new snapshot, with another 'pipeline', after emptying the"
                        + " target; or set 'truncate' = 'ignore' to leave the old rows downstream");
    }

    PipelineFailedException unchangedToast(ChangeRow change, RowColumn column) {
        return failure(
                change,
                "PostgreSQL didn't send the large value of "
                        + column.describe()
                        + ", because an update left it alone. "
                        + fullIdentity()
                        + (isKey(column)
                                ? ""
                                : column.declared().isNullable()
                                        ? "; or set 'toast' = 'null' to have null there"
                                        : "; or declare it nullable and set 'toast' = 'null'"));
    }

    PipelineFailedException misfit(ChangeRow change, RowColumn column) {
        return failure(
                change,
                "a value of "
                        + column.describe()
                        + " doesn't fit "
                        + column.declared().asSummaryString()
                        + ". Declare a wider type"
                        + (ColumnKind.converter(column.column(), VarCharType.STRING_TYPE) == null
                                ? ""
                                : " or STRING")
                        + (isKey(column)
                                ? ". Null can't stand for it: the column is part of the PRIMARY KEY"
                                : ", or a nullable one with 'unrepresentable' = 'null' to have null"
                                        + " there"));
    }

    PipelineFailedException malformed(
            ChangeRow change, RowColumn column, MalformedMessageException cause) {
        return new PipelineFailedException(
                prefix(change)
                        + "a value of "
                        + column.describe()
                        + " isn't in the form that PostgreSQL has for that type ("
                        + cause.getMessage()
                        + "). Declare the column as STRING",
                cause);
    }

    /** A column of the declared key is never null, whatever the options say. */
    private boolean isKey(RowColumn column) {
        return plan.key().contains(column.name());
    }

    PipelineFailedException nullInNotNull(ChangeRow change, RowColumn column) {
        return failure(
                change,
                column.describe()
                        + " is null, but declared NOT NULL in Flink. Declare it without NOT NULL");
    }

    PipelineFailedException oldRowNotWhole(ChangeRow change, RowColumn column) {
        return failure(
                change,
                "'changelog-mode' = 'all' needs the whole old row, and "
                        + column.describe()
                        + " isn't in it. "
                        + fullIdentity());
    }

    PipelineFailedException keyNotLogged(ChangeRow change, String column) {
        return failure(
                change,
                "column \""
                        + column
                        + "\" of the declared PRIMARY KEY isn't part of the replica identity any"
                        + " more. Run: ALTER TABLE "
                        + table
                        + " REPLICA IDENTITY DEFAULT");
    }

    PipelineFailedException noOldRow(ChangeRow change) {
        return failure(
                change,
                "PostgreSQL sent no old row, so the table has lost its replica identity. "
                        + fullIdentity());
    }

    IllegalStateException unexpected(ChangeRow change) {
        return new IllegalStateException(
                prefix(change) + "no such change can be here; changelog is " + plan.style());
    }

    private String fullIdentity() {
        return "Run: ALTER TABLE " + table + " REPLICA IDENTITY FULL";
    }

    private PipelineFailedException failure(ChangeRow change, String what) {
        return new PipelineFailedException(prefix(change) + what);
    }

    private String prefix(ChangeRow change) {
        return "Cannot make rows of change "
                + change.ordinal()
                + " ("
                + change.op().code()
                + ") at LSN "
                + change.commitLsn()
                + " of "
                + table
                + ": ";
    }
}

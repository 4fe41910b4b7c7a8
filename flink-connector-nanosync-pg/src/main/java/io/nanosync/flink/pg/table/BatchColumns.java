package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeSchema;
import io.nanosync.flink.pg.source.PipelineFailedException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Where the columns of a plan stand in batches of one schema.
 *
 * @param columns the plan's columns, in their order
 * @param key the key's columns, in their order
 */
record BatchColumns(List<BatchColumn> columns, List<KeyColumn> key) {

    /** A place in {@code before} that isn't there. */
    static final int ABSENT = -1;

    /**
     * One column of the plan.
     *
     * @param after its index in {@code after}
     * @param before its index in {@code before}; {@link #ABSENT} when it isn't part of the replica
     *     identity
     * @param inKey whether it belongs to the key
     * @param placeholder what it has in a key-only delete, where it doesn't
     */
    record BatchColumn(
            RowColumn column,
            FieldWriter writer,
            int after,
            int before,
            boolean inKey,
            @Nullable Object placeholder) {

        boolean notNull() {
            return !column.declared().isNullable();
        }
    }

    /** One column of the key, which need not be among the plan's columns. */
    record KeyColumn(String name, int after, int before) {}

    /** Finds the plan's columns by name. Fails when one is gone or has another type. */
    static BatchColumns of(RowPlan plan, ChangeSchema schema) {
        List<Field> after = schema.arrow().findField("after").getChildren();
        List<Field> before = schema.arrow().findField("before").getChildren();
        List<BatchColumn> columns = new ArrayList<>();
        for (RowColumn column : plan.columns()) {
            int at = index(after, column.name());
            if (at == ABSENT || !column.isReadFrom(after.get(at))) {
                throw changed(plan, column, at == ABSENT ? null : after.get(at));
            }
            columns.add(
                    new BatchColumn(
                            column,
                            column.writer(),
                            at,
                            index(before, column.name()),
                            plan.key().contains(column.name()),
                            Placeholder.of(column.declared())));
        }
        List<KeyColumn> key = new ArrayList<>();
        for (String name : plan.key()) {
            key.add(new KeyColumn(name, index(after, name), index(before, name)));
        }
        return new BatchColumns(columns, key);
    }

    private static int index(List<Field> fields, String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).getName().equals(name)) {
                return i;
            }
        }
        return ABSENT;
    }

    private static PipelineFailedException changed(
            RowPlan plan, RowColumn column, @Nullable Field found) {
        return new PipelineFailedException(
                "Cannot read "
                        + column.describe()
                        + " of "
                        + plan.table().name()
                        + ": it changed after the statement was planned. Expected that type (Arrow "
                        + column.arrow()
                        + "), found "
                        + (found == null
                                ? "no such column among those that are captured (a publication may"
                                        + " leave it out)"
                                : ChangeSchema.typeText(found) + " (Arrow " + found.getType() + ")")
                        + ". Correct the table's declaration in Flink and start the statement"
                        + " again");
    }
}

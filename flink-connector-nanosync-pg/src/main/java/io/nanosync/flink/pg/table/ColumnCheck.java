package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.LogicalType;

/** Compares declared columns with those of the captured table. */
final class ColumnCheck {

    private ColumnCheck() {}

    /** How the declared columns are read; what can't be read is added to {@code problems}. */
    static List<RowColumn> check(
            Declaration declaration, TableSchema table, List<Problem> problems) {
        Map<String, Column> byName = new LinkedHashMap<>();
        table.columns().forEach(column -> byName.put(column.name(), column));
        List<RowColumn> columns = new ArrayList<>();
        for (Declaration.Field field : declaration.columns()) {
            Column column = byName.get(field.name());
            if (column == null) {
                problems.add(
                        new Problem(
                                path(field.name()),
                                null,
                                "not among the captured columns of " + table.name(),
                                "one of " + String.join(", ", byName.keySet()),
                                NearestName.of(field.name(), byName.keySet())));
            } else if (readable(column, field.type(), table.name(), problems)) {
                columns.add(new RowColumn(column, field.type()));
            }
        }
        return columns;
    }

    /** What of the metadata columns doesn't fit is added to {@code problems}. */
    static void checkMetadata(Declaration declaration, List<Problem> problems) {
        for (Declaration.MetadataField field : declaration.metadata()) {
            if (!field.type().isNullable()
                    && field.metadata().type().getLogicalType().isNullable()) {
                problems.add(
                        Problem.of(
                                path(field.name()),
                                "declared NOT NULL, but "
                                        + field.metadata().key()
                                        + " is null for rows of the snapshot; declare it without"
                                        + " NOT NULL"));
            }
            if (!field.metadata().fitsInto(field.type())) {
                problems.add(
                        Problem.of(
                                path(field.name()),
                                field.metadata().key()
                                        + " doesn't fit into "
                                        + field.type().copy(true).asSummaryString(),
                                field.metadata()
                                        .type()
                                        .getLogicalType()
                                        .copy(true)
                                        .asSummaryString()));
            }
        }
    }

    private static boolean readable(
            Column column, LogicalType declared, QualifiedName table, List<Problem> problems) {
        List<RowConverter.UnknownField> unknown = RowConverter.unknown(column, declared);
        for (RowConverter.UnknownField field : unknown) {
            problems.add(
                    new Problem(
                            path(column.name()),
                            null,
                            "\""
                                    + field.name()
                                    + "\" is no attribute of type "
                                    + field.composite().name(),
                            ColumnKind.expected(column),
                            NearestName.of(field.name(), field.attributes())));
        }
        if (!unknown.isEmpty()) {
            return false;
        }
        if (ColumnKind.converter(column, declared) == null) {
            problems.add(
                    Problem.of(
                            path(column.name()),
                            column.typeText()
                                    + " can't be read as "
                                    + declared.copy(true).asSummaryString(),
                            ColumnKind.expected(column)));
            return false;
        }
        if (column.nullable() && !declared.isNullable()) {
            problems.add(
                    Problem.of(
                            path(column.name()),
                            "declared NOT NULL, but may be null in PostgreSQL; declare it without"
                                    + " NOT NULL, or run: ALTER TABLE "
                                    + table
                                    + " ALTER COLUMN "
                                    + QualifiedName.quote(column.name())
                                    + " SET NOT NULL"));
            return false;
        }
        return true;
    }

    /** Where a problem with a column is. */
    static String path(String column) {
        return "column \"" + column + "\"";
    }
}

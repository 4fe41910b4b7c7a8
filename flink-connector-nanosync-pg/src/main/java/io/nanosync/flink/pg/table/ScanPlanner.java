package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** Compares what is declared with the captured tables, and plans how rows are made of them. */
final class ScanPlanner {

    private static final String TABLE_COLUMN = NameStyle.DASH.of(TableOptions.TABLE_COLUMN);

    private final TableSettings settings;
    private final List<TableSchema> tables;
    private final Declaration declared;

    /** What is declared of the tables' own columns. */
    private final Declaration own;

    private final @Nullable Integer tablePlace;

    /** Each once: what isn't one table's is found of each. */
    private final Set<Problem> problems = new LinkedHashSet<>();

    private ScanPlanner(TableSettings settings, Declaration declared, List<TableSchema> tables) {
        this.settings = settings;
        this.tables = tables;
        this.declared = declared;
        String column = settings.tableColumn();
        this.tablePlace = column == null ? null : declared.place(column);
        this.own = column == null ? declared : declared.without(column);
    }

    /** The plan, or everything that doesn't fit. */
    static Checked<PlannedScan> plan(
            TableSettings settings, Declaration declaration, List<TableSchema> tables) {
        ScanPlanner planner = new ScanPlanner(settings, declaration, tables);
        PlannedScan planned = planner.plan();
        return Checked.of(planned, List.copyOf(planner.problems));
    }

    private @Nullable PlannedScan plan() {
        checkTableColumn();
        checkKeyOfSeveral();
        List<Problem> found = new ArrayList<>();
        ColumnCheck.checkMetadata(own, found);
        problems.addAll(found);
        ChangelogStyle style = ChangelogChoice.choose(settings, own, tables);
        List<TableInPlan> planned = new ArrayList<>();
        for (TableSchema table : tables) {
            planned.add(plan(style, table));
        }
        checkSameKey(style, planned);
        return problems.isEmpty() ? planned(style, planned) : null;
    }

    /** A table with what was found of it. */
    private record TableInPlan(
            TableSchema table, List<RowColumn> columns, ToastPolicy toast, List<String> key) {}

    private TableInPlan plan(ChangelogStyle style, TableSchema table) {
        List<Problem> ofColumns = new ArrayList<>();
        List<RowColumn> columns = ColumnCheck.check(own, table, ofColumns);
        for (Problem problem : ofColumns) {
            problems.add(
                    tables.size() == 1
                            ? problem
                            : problem.at(table.name() + ", " + problem.path(), null));
        }
        List<Problem> found = new ArrayList<>();
        ChangelogChoice.check(style, settings, own, table, found);
        ToastPolicy toast = ToastChoice.choose(settings, own, table, style, found);
        problems.addAll(found);
        // Under append none is declared, and rows are read again by the table's own.
        List<String> key =
                style == ChangelogStyle.APPEND && ToastChoice.readsAgain(toast, table, style)
                        ? table.appliedKey()
                        : own.key();
        return new TableInPlan(table, columns, toast, key);
    }

    private PlannedScan planned(ChangelogStyle style, List<TableInPlan> found) {
        SourceConfig source =
                settings.source(found.stream().map(table -> table.table().name()).toList())
                        .applyingBy(appliedKeys(found));
        List<TablePlan> plans = new ArrayList<>();
        for (TableInPlan one : found) {
            TableSchema table = one.table();
            plans.add(
                    new TablePlan(
                            RowPlan.of(
                                    settings,
                                    table.name(),
                                    style,
                                    one.columns(),
                                    tablePlace,
                                    one.key(),
                                    one.toast()),
                            ToastChoice.readsAgain(one.toast(), table, style)
                                    ? LookupPlan.of(source, table, one.key())
                                    : null));
        }
        return new PlannedScan(
                source,
                new ScanPlan(plans),
                ScanState.of(settings, style, tables),
                declared.rowtime());
    }

    /** Each table's own: under append they differ, and some have none. */
    private Map<QualifiedName, List<String>> appliedKeys(List<TableInPlan> found) {
        Map<QualifiedName, List<String>> keys = new LinkedHashMap<>();
        found.forEach(table -> keys.put(table.table().name(), appliedKey(table)));
        return keys;
    }

    /** Where a key is declared, Flink takes rows of the same key for the same. */
    private List<String> appliedKey(TableInPlan found) {
        if (found.key().isEmpty()) {
            return List.of();
        }
        return settings.bounded()
                ? found.table().keyWithin(found.key())
                : found.table().appliedKey();
    }

    private void checkTableColumn() {
        String column = settings.tableColumn();
        if (column == null) {
            return;
        }
        if (tablePlace == null) {
            List<String> names = declared.columns().stream().map(Declaration.Field::name).toList();
            problems.add(
                    new Problem(
                            TABLE_COLUMN,
                            null,
                            "\"" + column + "\" is none of the declared columns",
                            column + " STRING among them",
                            NearestName.of(column, names)));
            return;
        }
        LogicalType type = declared.columns().get(tablePlace).type();
        if (!type.is(LogicalTypeRoot.VARCHAR)
                || ((VarCharType) type).getLength() < VarCharType.MAX_LENGTH) {
            problems.add(
                    Problem.of(
                            ColumnCheck.path(column),
                            "has the name of a row's table, and is declared "
                                    + type.copy(true).asSummaryString(),
                            "STRING"));
        }
        List<QualifiedName> having =
                tables.stream()
                        .filter(
                                table ->
                                        table.columns().stream()
                                                .anyMatch(one -> one.name().equals(column)))
                        .map(TableSchema::name)
                        .toList();
        if (!having.isEmpty()) {
            problems.add(
                    Problem.of(
                            TABLE_COLUMN,
                            "\""
                                    + column
                                    + "\" is a column of "
                                    + having.get(0)
                                    + " itself; give the column for the table's name another"
                                    + " one"));
        }
    }

    /** Flink takes rows of one key for one row, of whichever table they are. */
    private void checkKeyOfSeveral() {
        String column = settings.tableColumn();
        List<String> key = declared.key();
        if (key.isEmpty()) {
            return;
        }
        if (own.key().isEmpty()) {
            problems.add(
                    Problem.of(
                            "PRIMARY KEY",
                            "found (" + column + "), which is the same in all rows of a table"));
        } else if (settings.tables().only() == null && own.key().size() == key.size()) {
            problems.add(
                    Problem.of(
                            "PRIMARY KEY",
                            "found ("
                                    + String.join(", ", key)
                                    + "), by which rows of several tables can't be told apart",
                            settings.keyClause(key)));
        }
    }

    /**
     * A declared key is that of all tables, which is looked for at the start, and while they are
     * followed.
     */
    private void checkSameKey(ChangelogStyle style, List<TableInPlan> found) {
        Set<Set<String>> keys = new HashSet<>();
        found.forEach(table -> keys.add(Set.copyOf(appliedKey(table))));
        if (style != ChangelogStyle.APPEND && keys.size() > 1 && problems.isEmpty()) {
            problems.add(
                    Problem.of(
                            "PRIMARY KEY",
                            "goes by the key, and that isn't the same in all tables: "
                                    + found.stream()
                                            .map(
                                                    table ->
                                                            table.table().name()
                                                                    + " ("
                                                                    + String.join(
                                                                            ", ", appliedKey(table))
                                                                    + ")")
                                            .collect(Collectors.joining(", "))));
        }
    }
}

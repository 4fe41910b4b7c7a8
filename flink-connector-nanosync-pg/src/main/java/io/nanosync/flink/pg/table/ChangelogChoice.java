package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Decides what changes look like, and whether declaration and replica identities allow it. */
final class ChangelogChoice {

    private static final String MODE = TableOptions.CHANGELOG_MODE.name();

    private final TableSettings settings;
    private final Declaration declaration;
    private final TableSchema table;
    private final List<Problem> problems;

    private ChangelogChoice(
            TableSettings settings,
            Declaration declaration,
            TableSchema table,
            List<Problem> problems) {
        this.settings = settings;
        this.declaration = declaration;
        this.table = table;
        this.problems = problems;
    }

    /** The style, which is the same for all tables. */
    static ChangelogStyle choose(
            TableSettings settings, Declaration declaration, List<TableSchema> tables) {
        if (settings.bounded()) {
            return ChangelogStyle.SNAPSHOT;
        }
        boolean allFull =
                tables.stream().allMatch(table -> table.identity() == ReplicaIdentity.FULL);
        return switch (settings.changelog()) {
            case AUTO ->
                    allFull && declaration.ofChanges().isEmpty()
                            ? ChangelogStyle.ALL
                            : ChangelogStyle.UPSERT;
            case ALL -> ChangelogStyle.ALL;
            case UPSERT -> ChangelogStyle.UPSERT;
            case APPEND -> ChangelogStyle.APPEND;
        };
    }

    /** What of a table stands against the style is added to {@code problems}. */
    static void check(
            ChangelogStyle style,
            TableSettings settings,
            Declaration declaration,
            TableSchema table,
            List<Problem> problems) {
        ChangelogChoice choice = new ChangelogChoice(settings, declaration, table, problems);
        switch (style) {
            case ALL -> choice.checkAll();
            case UPSERT -> choice.checkUpsert();
            case APPEND -> choice.checkAppend();
            case SNAPSHOT -> choice.checkKeyIsUnique();
        }
    }

    private boolean isFull() {
        return table.identity() == ReplicaIdentity.FULL;
    }

    private void checkAll() {
        if (!isFull()) {
            problems.add(
                    Problem.of(
                            MODE,
                            "all needs the old row of every update, and "
                                    + describeIdentity()
                                    + ". Run: "
                                    + alter("FULL")
                                    + "; or use 'changelog-mode' = 'upsert'"));
        }
        checkKeyIsUnique();
        if (!declaration.ofChanges().isEmpty()) {
            // What Flink computed of a row, by a filter or a group, it couldn't take back.
            problems.add(
                    Problem.of(
                            MODE,
                            "all has an old row with the metadata of the change that removes it,"
                                    + " not with its own ("
                                    + ofChanges()
                                    + "). Drop the option, so that Flink keeps rows as they came;"
                                    + " or use 'changelog-mode' = 'append'"));
        }
        if (settings.parallelism() != null && declaration.key().isEmpty()) {
            problems.add(
                    Problem.of(
                            TableOptions.PARALLELISM.name(),
                            "needs a PRIMARY KEY to keep the changes of a row in order; declare"
                                    + " PRIMARY KEY (…) NOT ENFORCED, or drop the option"));
        }
    }

    /** Flink takes rows of one declared key for the same row, and for one at a time. */
    private void checkKeyIsUnique() {
        List<String> declared = declaration.key();
        List<String> applied = table.appliedKey();
        if (!declared.isEmpty() && table.keyWithin(declared).isEmpty()) {
            problems.add(
                    Problem.of(
                            "PRIMARY KEY",
                            "found ("
                                    + quoted(declared)
                                    + "), and "
                                    + describeIdentity()
                                    + ", so that several rows may have the same",
                            applied.isEmpty() ? "no PRIMARY KEY" : settings.keyClause(applied)));
        }
    }

    /** Whether old rows could be sent whole, and aren't since they would have other metadata. */
    private boolean keepsMetadata() {
        return isFull() && !declaration.ofChanges().isEmpty();
    }

    private String ofChanges() {
        return declaration.ofChanges().stream()
                .map(Declaration.MetadataField::name)
                .collect(Collectors.joining(", "));
    }

    private void checkUpsert() {
        List<String> key = table.appliedKey();
        if (key.isEmpty() && keepsMetadata()) {
            problems.add(
                    Problem.of(
                            MODE,
                            "metadata of changes ("
                                    + ofChanges()
                                    + ") needs a key, by which Flink keeps rows as they came, and "
                                    + describeIdentity()
                                    + ". Give the table a primary key, or use 'changelog-mode' ="
                                    + " 'append'"));
        } else if (key.isEmpty()) {
            problems.add(
                    Problem.of(
                            MODE,
                            settings.changelog()
                                    + " finds no key to update by: "
                                    + describeIdentity()
                                    + ". Run: "
                                    + alter("FULL")
                                    + "; or give the table a primary key"));
        } else if (!new HashSet<>(key).equals(new HashSet<>(declaration.key()))) {
            problems.add(
                    Problem.of(
                            "PRIMARY KEY",
                            (declaration.key().isEmpty()
                                            ? "missing"
                                            : "found (" + quoted(declaration.key()) + ")")
                                    + (keepsMetadata()
                                            ? ", by which Flink keeps rows with the metadata that"
                                                    + " they came with ("
                                                    + ofChanges()
                                                    + ")"
                                            : "")
                                    + ", and "
                                    + describeIdentity(),
                            settings.keyClause(key)));
        }
    }

    private void checkAppend() {
        if (!declaration.key().isEmpty()) {
            // Flink leaves out what a key makes needless, a DISTINCT for one.
            problems.add(
                    Problem.of(
                            "PRIMARY KEY",
                            "found ("
                                    + quoted(declaration.key())
                                    + "), and append has a row for each change of a row, of the"
                                    + " same key. Declare the table without it; one that is LIKE"
                                    + " another leaves it out by EXCLUDING CONSTRAINTS"));
        }
        if (isFull()) {
            return;
        }
        HashSet<String> logged = new HashSet<>();
        table.columns().stream()
                .filter(Column::identity)
                .forEach(column -> logged.add(column.name()));
        for (Declaration.Field field : declaration.columns()) {
            if (!field.type().isNullable() && !logged.contains(field.name())) {
                problems.add(
                        Problem.of(
                                "column \"" + field.name() + "\"",
                                "declared NOT NULL, but a deleted row has only the columns of the"
                                        + " replica identity; declare it without NOT NULL, or run: "
                                        + alter("FULL")));
            }
        }
    }

    private String describeIdentity() {
        String of = table.name() + " has ";
        return switch (table.identity()) {
            case FULL ->
                    of
                            + "REPLICA IDENTITY FULL and "
                            + (table.primaryKey().isEmpty()
                                    ? "no primary key that isn't deferrable"
                                    : "primary key (" + quoted(table.primaryKey()) + ")");
            case DEFAULT ->
                    of
                            + (table.primaryKey().isEmpty()
                                    ? "no primary key and REPLICA IDENTITY DEFAULT"
                                    : "primary key (" + quoted(table.primaryKey()) + ")");
            case INDEX ->
                    of + "REPLICA IDENTITY USING INDEX over (" + quoted(table.appliedKey()) + ")";
            case NOTHING -> of + "REPLICA IDENTITY NOTHING";
        };
    }

    private String alter(String identity) {
        return "ALTER TABLE " + table.name() + " REPLICA IDENTITY " + identity;
    }

    private static String quoted(List<String> columns) {
        return columns.stream().collect(Collectors.joining(", "));
    }
}

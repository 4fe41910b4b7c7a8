package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of large values that PostgreSQL doesn't send. */
final class ToastChoice {

    private ToastChoice() {}

    /**
     * What was asked for; else {@code reselect} where the table's key is declared, so that a newer
     * value takes the place of an older one. What stands against it is added to {@code problems}.
     */
    static ToastPolicy choose(
            TableSettings settings,
            Declaration declaration,
            TableSchema table,
            ChangelogStyle style,
            List<Problem> problems) {
        ToastPolicy asked = settings.toast();
        Set<String> key = new HashSet<>(table.appliedKey());
        boolean declared = !key.isEmpty() && key.equals(new HashSet<>(declaration.key()));
        if (asked == null) {
            return declared && unreadable(table, key) == null
                    ? ToastPolicy.RESELECT
                    : ToastPolicy.FAIL;
        }
        if (readsAgain(asked, table, style)) {
            if (key.isEmpty() || (!declared && style != ChangelogStyle.APPEND)) {
                problems.add(undeclared(settings, table));
            } else {
                Column unreadable = unreadable(table, key);
                if (unreadable != null) {
                    problems.add(unreadable(table, unreadable));
                }
            }
        }
        return asked;
    }

    /** Whether there may be such values to read again: a whole old row has them. */
    static boolean readsAgain(ToastPolicy toast, TableSchema table, ChangelogStyle style) {
        return toast == ToastPolicy.RESELECT
                && style != ChangelogStyle.SNAPSHOT
                && table.identity() != ReplicaIdentity.FULL;
    }

    /** A column of the key by whose values rows can't be asked for; null without one. */
    private static @Nullable Column unreadable(TableSchema table, Set<String> key) {
        return table.columns().stream()
                .filter(column -> key.contains(column.name()) && !KeyText.has(column.type()))
                .findFirst()
                .orElse(null);
    }

    private static Problem undeclared(TableSettings settings, TableSchema table) {
        List<String> key = table.appliedKey();
        return Problem.of(
                TableOptions.TOAST.name(),
                "reselect reads rows again by the table's key, and "
                        + (key.isEmpty()
                                ? table.name() + " has none. "
                                : "that isn't what is declared. Declare "
                                        + settings.keyClause(key)
                                        + "; or ")
                        + (key.isEmpty() ? "Run: " : "run: ")
                        + full(table)
                        + "; or use 'toast' = 'null'");
    }

    private static Problem unreadable(TableSchema table, Column column) {
        return Problem.of(
                TableOptions.TOAST.name(),
                "reselect can't read rows again by column \""
                        + column.name()
                        + "\" ("
                        + column.typeText()
                        + "): its values are names of objects, and another object may have the"
                        + " name by then. Run: "
                        + full(table)
                        + "; or use 'toast' = 'null'");
    }

    private static String full(TableSchema table) {
        return "ALTER TABLE " + table.name() + " REPLICA IDENTITY FULL";
    }
}

package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out which tables a pipeline captures, and what they look like. */
final class CapturedTables {

    private CapturedTables() {}

    /**
     * What the selectors stand for.
     *
     * @throws PgException when something is wrong with them
     */
    static TableSelection select(ControlSession control, List<TableSelector> selectors)
            throws PgException {
        TableSelection selection = TableSelection.of(control, selectors);
        List<String> errors =
                selection.findings().stream()
                        .filter(Finding::stops)
                        .map(Finding::toString)
                        .toList();
        if (!errors.isEmpty()) {
            throw PgException.needsPerson(String.join("; ", errors));
        }
        return selection;
    }

    /**
     * Describes tables.
     *
     * @param publication through which they are streamed; null without a stream
     */
    static List<TableDescription> describe(
            ControlSession control, List<QualifiedName> names, @Nullable String publication)
            throws PgException {
        List<TableDescription> tables = control.describe(names, publication);
        if (tables.size() < names.size()) {
            Set<QualifiedName> missing = new LinkedHashSet<>(names);
            tables.forEach(table -> missing.remove(table.schema().name()));
            // It was there a moment ago. The next start says for good that it isn't.
            throw PgException.tryAgain(
                    "Table " + missing.iterator().next() + " does not exist any more");
        }
        return tables;
    }
}

package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out which tables a pipeline captures, and what they look like. */
final class CapturedTables {

    private CapturedTables() {}

    /** The names that the selectors stand for, each once, in the order of the selectors. */
    static List<QualifiedName> names(ControlSession control, List<TableSelector> selectors)
            throws PgException {
        Set<QualifiedName> names = new LinkedHashSet<>();
        for (TableSelector selector : selectors) {
            if (selector instanceof TableSelector.Named named) {
                names.add(named.table());
            } else if (selector instanceof TableSelector.WholeSchema schema) {
                List<QualifiedName> found = control.tables(schema.schema());
                if (found.isEmpty()) {
                    throw PgException.needsPerson(
                            "Schema \""
                                    + schema.schema()
                                    + "\" (from "
                                    + schema
                                    + ") has no table to capture");
                }
                names.addAll(found);
            }
        }
        return List.copyOf(names);
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
            throw PgException.needsPerson(
                    "Table " + missing.iterator().next() + " does not exist any more");
        }
        return tables;
    }
}

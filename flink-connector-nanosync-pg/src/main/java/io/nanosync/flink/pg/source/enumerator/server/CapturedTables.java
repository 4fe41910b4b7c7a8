package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

    /** Describes tables. */
    static List<TableDescription> describe(ControlSession control, List<QualifiedName> names)
            throws PgException {
        List<TableDescription> tables = new ArrayList<>();
        for (QualifiedName name : names) {
            TableDescription table = control.describe(name);
            if (table == null) {
                throw PgException.tryAgain("Table " + name + " does not exist any more");
            }
            tables.add(table);
        }
        return tables;
    }
}

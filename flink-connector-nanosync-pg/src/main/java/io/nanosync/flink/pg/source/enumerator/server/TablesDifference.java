package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tables of the configuration that aren't those of the state.
 *
 * @param names what the configuration stands for now
 * @param configured the OIDs of those that are there
 * @param known the tables of the state
 */
record TablesDifference(
        SourceConfig config,
        List<QualifiedName> names,
        Map<QualifiedName, Integer> configured,
        List<RunningStream.Table> known) {

    /** What differs, and what to do. */
    String message() {
        Map<Integer, String> described = new LinkedHashMap<>();
        known.forEach(table -> described.put(table.oid(), table.described()));
        List<String> wanted = new ArrayList<>();
        for (QualifiedName name : names) {
            Integer oid = configured.get(name);
            String text =
                    name
                            + (oid == null
                                    ? " (not there)"
                                    : " (OID " + Integer.toUnsignedString(oid) + ")");
            wanted.add(text);
            if (oid != null) {
                described.computeIfPresent(oid, (same, before) -> text);
            }
        }
        return "Pipeline "
                + config.pipeline()
                + " captures "
                + wanted
                + ", its state "
                + described.values()
                + ". Tables are added and removed when the pipeline streams, not while it reads its"
                + " first snapshot; one that isn't there can't be, nor another one under the name"
                + " of one that was captured: configure just the tables of the state"
                + exclusions()
                + ", leave a table that is gone or was made anew out for one start ("
                + (isSql()
                        ? "by a list of the others in 'table-name'"
                        : "where a whole schema is configured, by \"!schema.table\"")
                + ") before you add it again, or give the pipeline another name for a fresh"
                + " snapshot";
    }

    /**
     * How a pipeline that streams reads tables that were made anew: a sentence with what goes in
     * front of it; empty where none was, or where it can't.
     */
    String readAgain() {
        Map<QualifiedName, Integer> captured = new HashMap<>();
        for (RunningStream.Table table : known) {
            if (table.name() != null) {
                captured.put(table.name(), table.oid());
            }
        }
        List<QualifiedName> madeAnew = new ArrayList<>();
        for (QualifiedName name : names) {
            Integer then = captured.get(name);
            Integer now = configured.get(name);
            if (then != null && now != null && !then.equals(now)) {
                madeAnew.add(name);
            }
        }
        String remedy =
                madeAnew.isEmpty() ? "" : FreshSnapshot.ofTables(config, madeAnew).stripTrailing();
        return remedy.isEmpty() ? "" : ". " + remedy;
    }

    /**
     * What leaves out the tables that stand in the configuration by their schema alone, when there
     * is no other difference.
     */
    private String exclusions() {
        List<Integer> oids = known.stream().map(RunningStream.Table::oid).toList();
        if (!configured.values().containsAll(oids)) {
            return "";
        }
        List<TableSelector> excluded = new ArrayList<>();
        for (QualifiedName name : names) {
            Integer oid = configured.get(name);
            if (oid != null
                    && !oids.contains(oid)
                    && !TableSelector.anyNames(config.tables(), name)) {
                excluded.add(new TableSelector.Excluded(new TableSelector.Named(name)));
            }
        }
        String where = isSql() ? "'table-name'" : "the configured tables";
        StringBuilder text = new StringBuilder();
        for (TableSelector entry : excluded) {
            text.append(text.isEmpty() ? " (add to " + where + ": " : ", ")
                    .append(isSql() ? entry.toString() : inQuotes(entry));
        }
        return text.isEmpty() ? "" : text.append(')').toString();
    }

    private static String inQuotes(TableSelector entry) {
        return '"' + entry.toString().replace("\"", "\\\"") + '"';
    }

    /** Whether tables were chosen by an option of Flink SQL. */
    private boolean isSql() {
        return config.tables().stream().anyMatch(TableSelector.ChosenBy.class::isInstance);
    }
}

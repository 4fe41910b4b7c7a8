package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the tables of the configuration differ from those that a stream captures: names are for
 * people, OIDs tell.
 *
 * @param configured names of all tables that it is to capture
 * @param added tables that it is to capture too
 * @param removed tables that it isn't to capture any more
 */
record AlteredTables(
        List<QualifiedName> configured,
        List<RunningStream.Table> added,
        List<RunningStream.Table> removed) {

    /**
     * Compares them.
     *
     * @param names what the configuration stands for now
     * @param oids the OIDs of those that are there
     * @throws PgException when it isn't tables that were added or removed
     */
    static AlteredTables of(
            SourceConfig config,
            List<QualifiedName> names,
            Map<QualifiedName, Integer> oids,
            List<RunningStream.Table> captured)
            throws PgException {
        Set<Integer> known =
                captured.stream().map(RunningStream.Table::oid).collect(Collectors.toSet());
        Set<Integer> wanted = new HashSet<>(oids.values());
        List<RunningStream.Table> added = new ArrayList<>();
        for (QualifiedName name : names) {
            Integer oid = oids.get(name);
            if (oid != null && !known.contains(oid)) {
                added.add(new RunningStream.Table(oid, name));
            }
        }
        List<RunningStream.Table> removed =
                captured.stream().filter(table -> !wanted.contains(table.oid())).toList();
        // A table that was dropped and made again, or took the place of another, which may be
        // captured still under a new name: rows of the former one stay where they went.
        boolean replaced =
                captured.stream()
                        .anyMatch(
                                table ->
                                        table.name() == null
                                                ? removed.contains(table) && !added.isEmpty()
                                                : names(added).contains(table.name()));
        // A consumer of one table, Flink SQL, would take the rows of another one for its own.
        boolean ofOneTable = !config.restartsSnapshot() && !(added.isEmpty() && removed.isEmpty());
        if (replaced || ofOneTable || oids.size() < names.size()) {
            List<Integer> state = captured.stream().map(RunningStream.Table::oid).toList();
            throw PgException.needsPerson(
                    new TablesDifference(config, names, oids, state).message());
        }
        return new AlteredTables(List.copyOf(names), List.copyOf(added), removed);
    }

    boolean isNone() {
        return added.isEmpty() && removed.isEmpty();
    }

    /** The names of the added tables. */
    List<QualifiedName> addedNames() {
        return names(added);
    }

    private static List<QualifiedName> names(List<RunningStream.Table> tables) {
        return tables.stream().map(RunningStream.Table::name).filter(Objects::nonNull).toList();
    }

    /**
     * Refuses what was found under the names of the added tables when it isn't these.
     *
     * @param described tables by those names, read later
     */
    void requireSame(List<TableDescription> described) throws PgException {
        for (TableDescription table : described) {
            RunningStream.Table found =
                    new RunningStream.Table(table.schema().oid(), table.schema().name());
            if (!added.contains(found)) {
                // When it stays so the restart says what that means.
                throw PgException.tryAgain(
                        "Another table has the name " + found.name() + " than a moment ago");
            }
        }
    }

    /** The added tables that stand in the configuration by a pattern alone. */
    List<QualifiedName> notNamed(List<TableSelector> selectors) {
        return addedNames().stream()
                .filter(
                        name ->
                                selectors.stream()
                                        .noneMatch(
                                                selector ->
                                                        selector
                                                                        instanceof
                                                                        TableSelector.Named named
                                                                && named.table().equals(name)))
                .toList();
    }

    /** OIDs of the tables that are removed. */
    List<Integer> removedOids() {
        return removed.stream().map(RunningStream.Table::oid).toList();
    }

    @Override
    public String toString() {
        return (added.isEmpty() ? "" : "tables " + addedNames() + " are added")
                + (added.isEmpty() || removed.isEmpty() ? "" : ", ")
                + (removed.isEmpty() ? "" : "tables " + removed + " are removed");
    }
}

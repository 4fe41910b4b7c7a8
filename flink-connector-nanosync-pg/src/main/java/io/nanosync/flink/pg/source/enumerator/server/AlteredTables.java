package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the tables of the configuration differ from those that a stream captures: names are for
 * people, OIDs tell. One that is to be read again is removed, and added as it is now.
 *
 * @param configured names of all tables that it is to capture
 * @param added tables that it is to capture too
 * @param removed tables that it isn't to capture any more
 * @param again names of added tables in whose place rows were emitted before
 */
record AlteredTables(
        List<QualifiedName> configured,
        List<RunningStream.Table> added,
        List<RunningStream.Table> removed,
        List<QualifiedName> again) {

    /**
     * Compares them.
     *
     * @param names what the configuration stands for now
     * @param oids the OIDs of those that are there
     * @param captured without names nothing of it is refused
     * @param asked names of tables that are to be read again
     * @throws PgException when it isn't tables that were added or removed
     */
    static AlteredTables of(
            SourceConfig config,
            List<QualifiedName> names,
            Map<QualifiedName, Integer> oids,
            List<RunningStream.Table> captured,
            Collection<QualifiedName> asked)
            throws PgException {
        Set<Integer> wanted = new HashSet<>(oids.values());
        Set<Integer> askedOids =
                asked.stream()
                        .map(oids::get)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toCollection(HashSet::new));
        List<RunningStream.Table> removed =
                captured.stream()
                        .filter(
                                table ->
                                        !wanted.contains(table.oid())
                                                || askedOids.contains(table.oid())
                                                || isOneOf(asked, table.name()))
                        .toList();
        Set<Integer> stays =
                captured.stream()
                        .filter(table -> !removed.contains(table))
                        .map(RunningStream.Table::oid)
                        .collect(Collectors.toSet());
        List<RunningStream.Table> added = new ArrayList<>();
        for (QualifiedName name : names) {
            Integer oid = oids.get(name);
            if (oid != null && !stays.contains(oid)) {
                added.add(new RunningStream.Table(oid, name));
            }
        }
        // One that was renamed since it was captured may be asked for under its former name.
        Set<Integer> removedOids =
                removed.stream().map(RunningStream.Table::oid).collect(Collectors.toSet());
        List<QualifiedName> again =
                names(
                        added.stream()
                                .filter(
                                        table ->
                                                isOneOf(asked, table.name())
                                                        || removedOids.contains(table.oid()))
                                .toList());
        AlteredTables altered =
                new AlteredTables(List.copyOf(names), List.copyOf(added), removed, again);
        // Flink SQL would take the rows of the one for those of the other, where it doesn't read
        // several as one.
        boolean exchanges =
                !config.restartsSnapshot()
                        && altered.added().stream()
                                .anyMatch(table -> !isOneOfSeveral(config, table))
                        && altered.removed().stream()
                                .anyMatch(table -> !isOneOfSeveral(config, table));
        if (altered.replacesOneOf(captured)
                || altered.missesOneOf(config.tables(), wanted, asked)
                || exchanges
                || oids.size() < names.size()) {
            TablesDifference difference = new TablesDifference(config, names, oids, captured);
            String exchange =
                    exchanges
                            ? ". Where rows that came can't be taken back, as in Flink SQL, tables"
                                    + " are added at one start and removed at another"
                            : "";
            throw PgException.needsPerson(difference.message() + exchange + difference.readAgain());
        }
        return altered;
    }

    /** Whether a consumer reads a table as one of several, which it tells apart. */
    private static boolean isOneOfSeveral(SourceConfig config, RunningStream.Table table) {
        QualifiedName name = table.name();
        return name != null
                && config.tables().stream()
                        .anyMatch(
                                selector ->
                                        selector instanceof TableSelector.ChosenBy chosen
                                                && chosen.matches(name));
    }

    /**
     * Whether a table was dropped and made again, or took the place of another, which may be
     * captured still under a new name: rows of the former one stay where they went.
     */
    private boolean replacesOneOf(List<RunningStream.Table> captured) {
        Set<QualifiedName> unasked = new HashSet<>(addedNames());
        again.forEach(unasked::remove);
        return names(captured).stream().anyMatch(unasked::contains);
    }

    /**
     * Whether a table is there no more, or was moved, that was neither taken out of the
     * configuration nor asked for: what was committed before would be lost without a word.
     */
    private boolean missesOneOf(
            List<TableSelector> selectors, Set<Integer> wanted, Collection<QualifiedName> asked) {
        return removed.stream()
                .filter(table -> !wanted.contains(table.oid()))
                .map(RunningStream.Table::name)
                .filter(Objects::nonNull)
                .anyMatch(
                        name -> !asked.contains(name) && TableSelector.anyCovers(selectors, name));
    }

    private static boolean isOneOf(Collection<QualifiedName> names, @Nullable QualifiedName name) {
        return name != null && names.contains(name);
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
                .filter(name -> !again.contains(name))
                .filter(name -> !TableSelector.anyNames(selectors, name))
                .toList();
    }

    /** OIDs of the tables that are removed. */
    List<Integer> removedOids() {
        return removed.stream().map(RunningStream.Table::oid).toList();
    }

    @Override
    public String toString() {
        List<QualifiedName> only = new ArrayList<>(addedNames());
        only.removeAll(again);
        List<RunningStream.Table> gone =
                removed.stream().filter(table -> !isReadAgain(table)).toList();
        List<String> parts = new ArrayList<>();
        if (!only.isEmpty()) {
            parts.add("tables " + only + " are added");
        }
        if (!gone.isEmpty()) {
            parts.add("tables " + gone + " are removed");
        }
        if (!again.isEmpty()) {
            parts.add("tables " + again + " are read again");
        }
        return String.join(", ", parts);
    }

    private boolean isReadAgain(RunningStream.Table table) {
        return isOneOf(again, table.name())
                || added.stream().anyMatch(now -> now.oid() == table.oid());
    }
}

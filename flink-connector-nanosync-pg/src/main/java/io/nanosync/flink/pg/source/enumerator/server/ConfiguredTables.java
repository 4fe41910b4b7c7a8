package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of the configuration, as the server has them now, beside those of a state: names are
 * for people, OIDs tell. So a name that no table has any more stands for the one that was captured
 * under it, as long as that is there.
 *
 * @param names what the configuration stands for
 * @param oids the OIDs of those that are there
 * @param renamed what the captured ones are named now that are configured by their former names
 */
record ConfiguredTables(
        SourceConfig config,
        List<QualifiedName> names,
        Map<QualifiedName, Integer> oids,
        Map<QualifiedName, QualifiedName> renamed) {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredTables.class);

    /**
     * Asks the server. Blocks.
     *
     * @param captured the tables of the state
     */
    static ConfiguredTables of(
            SourceConfig config, PipelineSession session, List<RunningStream.Table> captured)
            throws PgException {
        List<QualifiedName> names = names(config, session);
        Map<QualifiedName, Integer> oids =
                new HashMap<>(session.ask(control -> control.oids(names)));
        Map<QualifiedName, QualifiedName> renamed = new HashMap<>();
        for (RunningStream.Table table : unnamed(names, oids, captured)) {
            QualifiedName name = table.name();
            QualifiedName now =
                    session.ask(control -> control.names(List.of(table.oid()))).get(table.oid());
            if (name != null && now != null) {
                oids.put(name, table.oid());
                renamed.put(name, now);
                LOG.warn(
                        "Table {} of pipeline {} is named {} now: write that in its tables",
                        name,
                        config.pipeline(),
                        now);
            }
        }
        if (oids.size() < names.size() && !names.equals(names(config, session))) {
            throw PgException.tryAgain(
                    "A table was renamed or dropped while the tables of pipeline "
                            + config.pipeline()
                            + " were looked up");
        }
        if (config.goesByNames()) {
            requireNames(config, oids, captured);
        }
        return new ConfiguredTables(config, names, Map.copyOf(oids), Map.copyOf(renamed));
    }

    private static void requireNames(
            SourceConfig config,
            Map<QualifiedName, Integer> oids,
            List<RunningStream.Table> captured)
            throws PgException {
        Map<Integer, QualifiedName> now = new HashMap<>();
        oids.forEach((name, oid) -> now.put(oid, name));
        for (RunningStream.Table table : captured) {
            QualifiedName name = now.get(table.oid());
            if (name != null && table.name() != null && !name.equals(table.name())) {
                throw PgException.needsPerson(
                        "Table "
                                + table.name()
                                + " of pipeline "
                                + config.pipeline()
                                + " is named "
                                + name
                                + " now, and tables that are read together are known by their"
                                + " names. Give it its former name again; or leave it out for one"
                                + " start and add it at the next, when all its rows come again");
            }
        }
    }

    /** Captured tables whose names are configured, and that no configured name leads to. */
    private static List<RunningStream.Table> unnamed(
            List<QualifiedName> names,
            Map<QualifiedName, Integer> oids,
            List<RunningStream.Table> captured) {
        Set<QualifiedName> missing = new HashSet<>(names);
        missing.removeAll(oids.keySet());
        Set<Integer> found = Set.copyOf(oids.values());
        return captured.stream()
                .filter(table -> missing.contains(table.name()))
                .filter(table -> !found.contains(table.oid()))
                .toList();
    }

    private static List<QualifiedName> names(SourceConfig config, PipelineSession session)
            throws PgException {
        return session.ask(control -> CapturedTables.select(control, config.tables())).tables();
    }

    /** Whether they are these tables. */
    boolean are(List<RunningStream.Table> captured) {
        return oids.size() == names.size()
                && Set.copyOf(oids.values())
                        .equals(
                                captured.stream()
                                        .map(RunningStream.Table::oid)
                                        .collect(Collectors.toSet()));
    }

    /** Refuses others than these. */
    void require(List<RunningStream.Table> captured) throws PgException {
        if (!are(captured)) {
            throw PgException.needsPerson(
                    new TablesDifference(config, names, oids, captured).message());
        }
    }

    /**
     * How they differ from those that a stream captures.
     *
     * @param asked names of tables that are to be read again
     * @throws PgException when it isn't tables that were added or removed
     */
    AlteredTables beside(RunningStream stream, Collection<QualifiedName> asked) throws PgException {
        for (QualifiedName name : asked) {
            QualifiedName now = renamed.get(name);
            if (now != null) {
                throw PgException.needsPerson(
                        "Pipeline "
                                + config.pipeline()
                                + " is asked to read "
                                + name
                                + " again, which is named "
                                + now
                                + " now. Write that name in its tables and start it again: it"
                                + " reads the table then");
            }
        }
        return AlteredTables.of(config, names, oids, stream.tables(), asked);
    }
}

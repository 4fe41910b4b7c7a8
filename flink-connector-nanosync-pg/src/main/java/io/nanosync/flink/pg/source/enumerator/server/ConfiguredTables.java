package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables of the configuration, as the server has them now, beside those of a state: names are
 * for people, OIDs tell.
 *
 * @param names what the configuration stands for
 * @param oids the OIDs of those that are there
 */
record ConfiguredTables(
        SourceConfig config, List<QualifiedName> names, Map<QualifiedName, Integer> oids) {

    /** Asks the server. Blocks. */
    static ConfiguredTables of(SourceConfig config, PipelineSession session) throws PgException {
        List<QualifiedName> names = names(config, session);
        Map<QualifiedName, Integer> oids = session.ask(control -> control.oids(names));
        if (oids.size() < names.size() && !names.equals(names(config, session))) {
            throw PgException.tryAgain(
                    "A table was renamed or dropped while the tables of pipeline "
                            + config.pipeline()
                            + " were looked up");
        }
        return new ConfiguredTables(config, names, oids);
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
        return AlteredTables.of(config, names, oids, stream.tables(), asked);
    }
}

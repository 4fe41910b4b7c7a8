package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the publication of a stream that has begun cover tables that are added to it. Blocks. */
record Publishing(SourceConfig config, PipelineSession session) {

    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

    /**
     * Adds those that it doesn't cover, where it may.
     *
     * @throws PgException when a table isn't covered then, or can't be captured for another reason
     */
    void run(AlteredTables altered) throws PgException {
        List<QualifiedName> added = altered.addedNames();
        new PreflightOutcome(
                        config,
                        session.ask(
                                control ->
                                        PipelinePreflight.ofAdded(
                                                control, config, altered.configured(), added)))
                .requirePassed();
        session.tell(control -> publish(control, added));
    }

    private void publish(ControlSession control, List<QualifiedName> added) throws PgException {
        PublicationState publication = control.publication(config.publication());
        if (publication == null) {
            throw PgException.needsPerson(
                    "Publication \""
                            + config.publication()
                            + "\" does not exist, and the pipeline has streamed through it: changes"
                            + " since then are lost. "
                            + FreshSnapshot.remedy(config));
        }
        List<QualifiedName> absent = new ArrayList<>(added);
        publication.tables().forEach(table -> absent.remove(table.name()));
        if (!absent.isEmpty() && control.ownsPublicationOfTables(publication.name())) {
            LOG.info("Adding {} to publication {}", absent, publication.name());
            control.addToPublication(publication.name(), absent);
        }
    }
}

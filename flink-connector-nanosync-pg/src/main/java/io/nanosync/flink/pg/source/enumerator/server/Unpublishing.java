package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.PipelineNames;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tables that aren't captured any more out of the pipeline's own publication, so that the
 * server doesn't decode and send for nothing. The stream doesn't depend on it: what can't be done
 * now is tried again later, and what may not be done is left to a person.
 */
record Unpublishing(SourceConfig config, PipelineSession session) {

    private static final Logger LOG = LoggerFactory.getLogger(Unpublishing.class);

    /**
     * Takes them out.
     *
     * @param tables their OIDs
     * @return whether that's settled; else it is to be tried again
     */
    boolean run(List<Integer> tables) throws PgException {
        String publication = config.publication();
        try {
            List<QualifiedName> members =
                    session.ask(control -> control.publicationMembers(publication, tables));
            if (!members.isEmpty()) {
                session.tell(control -> remove(control, publication, members));
            }
            return true;
        } catch (PgException e) {
            if (e.recovery() == PgException.Recovery.FAIL) {
                throw e;
            }
            LOG.warn(
                    "Can't take tables out of publication {} now, and tries it again behind the"
                            + " next checkpoint: {}",
                    publication,
                    e.getMessage());
            return false;
        }
    }

    private void remove(ControlSession control, String publication, List<QualifiedName> members)
            throws PgException {
        // Others may read through a publication of another name.
        boolean own = publication.equals(PipelineNames.publication(config.pipeline()));
        if (own && control.ownsPublicationOfTables(publication)) {
            try {
                control.removeFromPublication(publication, members);
                LOG.info("Took {} out of publication {}", members, publication);
                return;
            } catch (PgException e) {
                if (e.recovery() != PgException.Recovery.FAIL) {
                    throw e;
                }
                LOG.warn("Tables stay in the publication: {}", e.getMessage());
            }
        }
        LOG.warn(
                "Pipeline {} doesn't capture {} any more, and publication {} still has them. When"
                        + " nobody else reads them there, run: {}",
                config.pipeline(),
                members,
                publication,
                control.removeFromPublicationSql(publication, members));
    }
}

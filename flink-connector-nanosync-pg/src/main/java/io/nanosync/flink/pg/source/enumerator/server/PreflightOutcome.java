package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the checks found before something is done on the server: it stops that, or is logged. */
record PreflightOutcome(SourceConfig config, List<Finding> findings) {

    private static final Logger LOG = LoggerFactory.getLogger(PreflightOutcome.class);

    /** Logs a finding that stops nothing. */
    static void tell(SourceConfig config, Finding finding) {
        if (finding.severity() == Finding.Severity.NOTE) {
            LOG.info("Preflight of pipeline {}: {}", config.pipeline(), finding);
        } else {
            LOG.warn("Preflight of pipeline {}: {}", config.pipeline(), finding);
        }
    }

    /**
     * Logs what stops nothing.
     *
     * @throws PgException with all that does
     */
    void requirePassed() throws PgException {
        List<String> stops = new ArrayList<>();
        boolean passes = true;
        for (Finding finding : findings) {
            if (finding.stops()) {
                stops.add(finding.toString());
                passes &= finding.severity() == Finding.Severity.SHORTAGE;
            } else {
                tell(config, finding);
            }
        }
        if (!stops.isEmpty()) {
            String message =
                    "Pipeline "
                            + config.pipeline()
                            + " can't start on "
                            + config.connection().address()
                            + "/"
                            + config.connection().database()
                            + ":\n  - "
                            + String.join("\n  - ", stops);
            throw passes ? PgException.tryAgain(message) : PgException.needsPerson(message);
        }
    }
}

package io.nanosync.flink.pg.client;

import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * Something that preflight found.
 *
 * @param severity whether the pipeline can run with it
 * @param problem what was found and where, one sentence
 * @param remedy the SQL or command that mends it; null when there is none
 */
@PublicEvolving
public record Finding(Severity severity, String problem, @Nullable String remedy) {

    /** How bad a finding is. */
    public enum Severity {
        ERROR,

        /** Something is used up now, by others or by what this pipeline left behind. */
        SHORTAGE,

        WARNING,

        /** Nothing is wrong; somebody may want to know what the pipeline is going to cost. */
        NOTE
    }

    /** Whether the pipeline can't run now. */
    public boolean stops() {
        return severity == Severity.ERROR || severity == Severity.SHORTAGE;
    }

    @Override
    public String toString() {
        return remedy == null ? problem : problem + ". Run: " + remedy;
    }
}

package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.drift.Drift;

/**
 * A change was made under another schema than the one last accepted. It wasn't taken: the position
 * is right in front of it.
 */
final class DriftException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Drift drift;

    DriftException(Drift drift) {
        super("The schema of " + drift.table() + " has changed at LSN " + drift.lsn());
        this.drift = drift;
    }

    Drift drift() {
        return drift;
    }
}

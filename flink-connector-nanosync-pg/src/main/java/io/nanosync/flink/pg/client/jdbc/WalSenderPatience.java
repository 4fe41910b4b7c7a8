package io.nanosync.flink.pg.client.jdbc;

import java.io.Serializable;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the server waits for an answer on each new replication connection: {@code
 * wal_sender_timeout}. The driver sends nothing while it receives a message, so a row that takes
 * longer than this to arrive would never come: each connection that breaks in the middle of a
 * message gives the next one four times as long. Thread-safe.
 */
final class WalSenderPatience implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(WalSenderPatience.class);

    private static final int FACTOR = 4;
    private static final Duration LONGEST = Duration.ofHours(1);

    private volatile Duration timeout;

    /**
     * @param configured zero for any time
     */
    WalSenderPatience(Duration configured) {
        timeout = configured;
    }

    /** Zero for any time. */
    Duration timeout() {
        return timeout;
    }

    /**
     * A connection broke.
     *
     * @param receiving for how long a message had been coming
     */
    synchronized void broke(Duration receiving) {
        Duration longer = timeout.multipliedBy(FACTOR);
        if (timeout.isZero()
                || receiving.compareTo(timeout.dividedBy(2)) < 0
                || longer.compareTo(LONGEST) > 0) {
            return;
        }
        LOG.info(
                "A message had been coming for {} s when the stream broke, and the server is"
                        + " answered behind it: the next connection gets a wal_sender_timeout of"
                        + " {} s",
                receiving.toSeconds(),
                longer.toSeconds());
        timeout = longer;
    }
}

package io.nanosync.flink.pg.source.reader;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When transactions were committed, microseconds since 1970, and which of these times the changes
 * have that wait to be given. A transaction of a replication origin, which a subscription applies,
 * has the time of its commit at the origin: that is compared with times of this origin alone, and
 * doesn't tell since when the transaction has been here. No clock goes back: an earlier time counts
 * as the last one. Used by one thread.
 */
final class CommitTimes {

    /** The clock of the server itself. */
    static final String OWN = "";

    /** What a session commits at that has an origin and was given no time: says nothing. */
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Long> waiting = new HashMap<>();

    /** The clock of an origin. */
    static String of(String origin) {
        return "origin " + origin;
    }

    /** A transaction was read, of which no change may have been taken. */
    void read(String clock, long micros) {
        if (micros != POSTGRES_EPOCH_MICROS) {
            newest.merge(clock, micros, Math::max);
        }
    }

    /** A change of a transaction waits to be given. */
    void waits(String clock, long micros) {
        read(clock, micros);
        Long now = newest.get(clock);
        if (now != null) {
            waiting.putIfAbsent(clock, now);
        }
    }

    /** No change waits any more. */
    void given() {
        waiting.clear();
    }

    /** All clocks of which there are times. */
    Set<String> clocks() {
        return newest.keySet();
    }

    /** The newest time by a clock; null when there is none. */
    @Nullable Long newest(String clock) {
        return newest.get(clock);
    }

    /** The oldest time by a clock of the changes that wait; null when none does. */
    @Nullable Long oldestWaiting(String clock) {
        return waiting.get(clock);
    }

    /** By which clocks changes wait, and the oldest time of each. */
    Map<String, Long> waiting() {
        return waiting;
    }
}

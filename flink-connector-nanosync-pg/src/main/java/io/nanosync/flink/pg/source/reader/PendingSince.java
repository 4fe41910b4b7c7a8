package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Since when WAL is pending that something has yet to reach: places in the WAL, each with a time.
 * Places of about one time count as one, the coarser the further behind the oldest is, so that
 * there are never many: an age is told too long by at most a five hundredth of that of the oldest,
 * and by 10 s. Thread-safe.
 */
final class PendingSince {

    private static final int FINENESS = 500;
    private static final long COARSEST_MICROS =
            TimeUnit.MICROSECONDS.convert(Duration.ofSeconds(10));

    /**
     * @param end it is reached with this LSN
     * @param micros since when it is pending, microseconds since 1970
     */
    private record Place(Lsn end, long micros) {}

    /**
     * In the order of the WAL, and of their times: one whose time is later than that of a place
     * behind it never is the oldest.
     */
    private final Deque<Place> places = new ArrayDeque<>();

    /** All that was pending is of no interest any more. */
    synchronized void clear() {
        places.clear();
    }

    /**
     * A place that has to be reached. They come in the order of the WAL.
     *
     * @param end it is reached with this LSN
     * @param micros since when it is pending, microseconds since 1970
     * @param reached all in front of this is reached, for good
     */
    synchronized void add(Lsn end, long micros, Lsn reached) {
        forget(reached);
        while (!places.isEmpty() && places.getLast().micros() > micros) {
            places.removeLast();
        }
        Place last = places.peekLast();
        if (last != null && micros - last.micros() <= grainMicros(micros)) {
            places.removeLast();
            places.addLast(new Place(end, last.micros()));
        } else {
            places.addLast(new Place(end, micros));
        }
    }

    private long grainMicros(long micros) {
        return Math.min(COARSEST_MICROS, (micros - places.getFirst().micros()) / FINENESS);
    }

    private void forget(Lsn reached) {
        while (!places.isEmpty() && !places.getFirst().end().isAfter(reached)) {
            places.removeFirst();
        }
    }

    /**
     * Since when the oldest place is pending that isn't reached, microseconds since 1970; null when
     * all are.
     *
     * @param reached all in front of this is reached, for good
     */
    synchronized @Nullable Long oldestMicros(Lsn reached) {
        forget(reached);
        Place oldest = places.peekFirst();
        return oldest == null ? null : oldest.micros();
    }

    /** How many places are kept. */
    synchronized int size() {
        return places.size();
    }
}

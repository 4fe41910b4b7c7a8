package io.nanosync.flink.pg.source.reader;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says when a fetch of the stream has waited long enough for more rows. Bounds how long a row waits
 * here, for while rows keep coming a fetch would only end when it is full.
 *
 * <p>Used by one thread.
 */
final class FetchPatience {

    /** How long a fetch without rows takes at most. */
    static final Duration NO_ROWS = Duration.ofMillis(100);

    /** How long rows wait while nothing more comes. */
    static final Duration SILENCE = Duration.ofMillis(2);

    /**
     * How long the first row waits, however steadily more come. Not in a backlog: that is older by
     * far, and larger batches are cheaper for all that comes behind.
     */
    static final Duration FIRST_ROW = Duration.ofMillis(10);

    /** From this age on, changes are a backlog. By two machines' clocks, so not too short. */
    static final Duration BACKLOG = Duration.ofSeconds(1);

    /** A look at the clock costs some 25 ns, so only every 64 messages. */
    static final int MESSAGES_PER_LOOK = 64;

    private final LongSupplier nanoClock;
    private final LongSupplier wallClockMillis;
    private long deadlineNanos;
    private long silentSinceNanos;
    private boolean hasRows;
    private boolean silent;
    private int messages;

    /**
     * @param nanoClock nanoseconds since any moment
     * @param wallClockMillis milliseconds since 1970
     */
    FetchPatience(LongSupplier nanoClock, LongSupplier wallClockMillis) {
        this.nanoClock = nanoClock;
        this.wallClockMillis = wallClockMillis;
    }

    /** A fetch begins. */
    void begin() {
        deadlineNanos = nanoClock.getAsLong() + NO_ROWS.toNanos();
        hasRows = false;
        silent = false;
        messages = 0;
    }

    /**
     * A message has come; whether the fetch ends with it. Messages may come without end and leave
     * no row: a resend, or tables that aren't captured.
     *
     * @param rows of the fetch so far
     * @param commitMicros when the newest of them was committed, microseconds since 1970
     */
    boolean endsAfterMessage(int rows, long commitMicros) {
        silent = false;
        if (!hasRows && rows > 0) {
            hasRows = true;
            if (!isBacklog(commitMicros)) {
                boundFirstRow();
            }
        }
        messages++;
        return messages % MESSAGES_PER_LOOK == 0 && isOver(nanoClock.getAsLong());
    }

    private boolean isBacklog(long commitMicros) {
        long nowMicros = TimeUnit.MILLISECONDS.toMicros(wallClockMillis.getAsLong());
        return nowMicros - commitMicros > TimeUnit.MICROSECONDS.convert(BACKLOG);
    }

    private void boundFirstRow() {
        long firstRowNanos = nanoClock.getAsLong() + FIRST_ROW.toNanos();
        if (firstRowNanos - deadlineNanos < 0) {
            deadlineNanos = firstRowNanos;
        }
    }

    /** The socket has nothing more; whether the fetch ends. */
    boolean endsInSilence() {
        long now = nanoClock.getAsLong();
        if (!silent) {
            silent = true;
            silentSinceNanos = now;
        }
        return isOver(now) || (hasRows && now - silentSinceNanos > SILENCE.toNanos());
    }

    private boolean isOver(long nowNanos) {
        return nowNanos - deadlineNanos > 0;
    }
}

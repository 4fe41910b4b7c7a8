package io.nanosync.flink.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanosync.flink.jobs.local.progress.Units;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline's slot, and how long it is safe.
 *
 * @param walBytesPerSecond how fast the server writes WAL now; null when nothing limits what is
 *     kept for the slot, so that it doesn't matter
 */
record SlotOutlook(SlotState slot, @Nullable Double walBytesPerSecond) {

    private static final Duration MEASURED = Duration.ofSeconds(2);

    /** Looks at the slot, twice where its time is limited; null when there is none. */
    static @Nullable SlotOutlook of(SourceConfig config) throws PgException, InterruptedException {
        SlotState first = PgSource.slot(config);
        if (first == null || first.safeWalBytes() == null || first.confirmedFlush() == null) {
            return first == null ? null : new SlotOutlook(first, null);
        }
        long begin = System.nanoTime();
        Thread.sleep(MEASURED.toMillis());
        SlotState second = PgSource.slot(config);
        if (second == null || second.confirmedFlush() == null) {
            return second == null ? null : new SlotOutlook(second, null);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new SlotOutlook(second, (end(second) - end(first)) / seconds);
    }

    /** Where the server's WAL ends. */
    private static long end(SlotState slot) {
        Lsn confirmed = slot.confirmedFlush();
        return (confirmed == null ? 0 : confirmed.value()) + slot.lagBytes();
    }

    /** Seconds until it may be lost if nothing is confirmed; null when that isn't in sight. */
    @Nullable Double secondsLeft() {
        Long safe = slot.safeWalBytes();
        return safe == null || walBytesPerSecond == null || walBytesPerSecond <= 0
                ? null
                : Math.max(0, safe) / walBytesPerSecond;
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Integer pid = slot.activePid();
        lines.add(
                "slot "
                        + slot.name()
                        + (pid == null ? ": not active" : ": active, process " + pid));
        lines.add(
                "  %s behind, confirmed up to %s, wal_status %s"
                        .formatted(
                                Units.size(slot.lagBytes()),
                                slot.confirmedFlush(),
                                slot.walStatus()));
        if (slot.isLost()) {
            lines.add("  it " + slot.loss());
        }
        Long safe = slot.safeWalBytes();
        if (safe != null && !slot.isLost()) {
            lines.add("  " + limit(safe));
        }
        Long idle = slot.idleSecondsLeft();
        if (idle != null && !slot.isLost()) {
            lines.add(
                    "  it is lost in "
                            + Units.duration(idle)
                            + " if nobody streams from it until then"
                            + " (idle_replication_slot_timeout)");
        }
        return lines;
    }

    private String limit(long safeBytes) {
        Double seconds = secondsLeft();
        String begin = "it may be lost after " + Units.size(Math.max(0, safeBytes)) + " more WAL";
        return seconds == null || walBytesPerSecond == null
                ? begin + "; none is being written"
                : begin
                        + ": in "
                        + Units.duration(seconds)
                        + " at the present "
                        + Units.size(Math.round(walBytesPerSecond))
                        + "/s, if nothing is confirmed";
    }

    void writeTo(ObjectNode json) {
        json.put("name", slot.name()).put("active", slot.activePid() != null);
        json.put("lagBytes", slot.lagBytes()).put("walStatus", slot.walStatus());
        Lsn confirmed = slot.confirmedFlush();
        if (confirmed != null) {
            json.put("confirmed", confirmed.toString());
        }
        if (slot.safeWalBytes() != null) {
            json.put("safeWalBytes", slot.safeWalBytes());
        }
        Double seconds = secondsLeft();
        if (seconds != null) {
            json.put("secondsUntilLost", Math.round(seconds));
        }
        if (slot.idleSecondsLeft() != null) {
            json.put("secondsUntilLostWhenIdle", slot.idleSecondsLeft());
        }
        if (slot.isLost()) {
            json.put("loss", slot.loss());
        }
    }
}

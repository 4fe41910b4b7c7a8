package io.nanosync.flink.jobs.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Times of single changes from commit to sink, in microseconds. Safe for many threads. Found by
 * name, as a {@link Tally} is.
 */
final class Latencies {

    private static final Map<String, Latencies> BY_NAME = new ConcurrentHashMap<>();

    private long[] micros = new long[1 << 16];
    private int number;
    private long newestMicros = Long.MAX_VALUE;
    private boolean recording;

    /** Those of this name, made when there are none. */
    static Latencies named(String name) {
        return BY_NAME.computeIfAbsent(name, ignored -> new Latencies());
    }

    /** Forgets those of this name. */
    static void forget(String name) {
        BY_NAME.remove(name);
    }

    /** Keeps times from now on, or no more. */
    synchronized void record(boolean nowRecording) {
        recording = nowRecording;
    }

    /** A change was seen so long after its commit. */
    synchronized void add(long latencyMicros) {
        newestMicros = latencyMicros;
        if (!recording) {
            return;
        }
        if (number == micros.length) {
            micros = Arrays.copyOf(micros, number * 2);
        }
        micros[number++] = latencyMicros;
    }

    /** The time of the change seen last; endless before the first. */
    synchronized long newestMicros() {
        return newestMicros;
    }

    synchronized int number() {
        return number;
    }

    /** Milliseconds below which this share of the times lies; 0 without any. */
    synchronized double percentileMillis(double share) {
        if (number == 0) {
            return 0;
        }
        Arrays.sort(micros, 0, number);
        int rank = (int) Math.ceil(share * number);
        return micros[Math.max(1, rank) - 1] / 1000.0;
    }
}

package io.nanosync.flink.jobs.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done when, from the beginning of a history. Thread-safe. */
public final class Journal {

    private final long start = System.nanoTime();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    /** Writes a line down. */
    public synchronized void note(String what) {
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        lines.add("%8.3f s  %s".formatted(millis / 1_000.0, what));
    }

    /** Writes down that an action was taken. */
    public synchronized void action(String name) {
        counts.merge(name, 1, Integer::sum);
        note(name);
    }

    /** Every line so far. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** How often each action was taken. */
    public synchronized Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }
}

package io.nanosync.flink.jobs.local.progress;

import io.nanosync.flink.jobs.metrics.LiveMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows progress until it is closed: on a terminal lines that are overwritten, elsewhere a few
 * lines every few seconds. Other messages go through {@link #say}, so that nothing is torn.
 */
public final class ProgressDisplay implements AutoCloseable {

    private static final long TERMINAL_PERIOD_MILLIS = 500;
    private static final long PLAIN_PERIOD_MILLIS = 3000;
    private static final int TABLES_ON_TERMINAL = 15;
    private static final int TABLES_PLAIN = 5;

    private final Terminal terminal;
    private final LiveMetrics metrics;
    private final ProgressLines lines;
    private final Map<String, ProgressTracker> trackers = new LinkedHashMap<>();
    private final ScheduledExecutorService clock;
    private int linesOnScreen;

    /** A display for these pipelines that shows nothing yet. */
    public ProgressDisplay(List<String> pipelines, LiveMetrics metrics, Terminal terminal) {
        this.terminal = terminal;
        this.metrics = metrics;
        this.lines =
                new ProgressLines(
                        terminal.columns(), terminal.inPlace() ? TABLES_ON_TERMINAL : TABLES_PLAIN);
        pipelines.forEach(name -> trackers.put(name, new ProgressTracker(name)));
        this.clock =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "nanosync-progress");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Begins to show progress. */
    public void start() {
        long period = terminal.inPlace() ? TERMINAL_PERIOD_MILLIS : PLAIN_PERIOD_MILLIS;
        var unused = clock.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
    }

    /** Prints a message above the progress. */
    public synchronized void say(String message) {
        erase();
        terminal.out().println(message);
        terminal.out().flush();
    }

    /** Shows no more of a pipeline; its last lines stay. */
    public synchronized void ended(String pipeline) {
        linesOnScreen = 0;
        trackers.remove(pipeline);
    }

    private synchronized void show() {
        double now = System.nanoTime() / 1e9;
        List<String> shown = new ArrayList<>();
        for (ProgressTracker tracker : trackers.values()) {
            shown.addAll(lines.of(tracker.update(now, metrics)));
        }
        erase();
        shown.forEach(terminal.out()::println);
        terminal.out().flush();
        linesOnScreen = terminal.inPlace() ? shown.size() : 0;
    }

    /** Moves the cursor to the first line of progress and clears from there. */
    private void erase() {
        if (linesOnScreen > 0) {
            terminal.out().print("\u001b[" + linesOnScreen + "A\u001b[J");
            linesOnScreen = 0;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}

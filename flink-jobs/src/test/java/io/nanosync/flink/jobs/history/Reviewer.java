package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.verify.StandStill;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whoever operates the pipeline: accepts each changed schema in front of which it stands, some time
 * later and once, as {@code nanosync resume} does, or refuses it for a while or to the end. Looks
 * all the time, in a thread of its own.
 */
public final class Reviewer implements AutoCloseable {

    private static final int PERIOD_MILLIS = 60;
    private static final int LONGEST_MILLIS = 2_500;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Pattern PLACE = Pattern.compile("in front of LSN ([0-9A-F]+/[0-9A-F]+) ");

    private final HistoryJob job;
    private final PipelineFolder folder;
    private final Journal journal;
    private final Random draws;
    private final Thread thread;

    /** When each is to be accepted, by its id; as {@link System#nanoTime}. */
    private final Map<String, Long> due = new LinkedHashMap<>();

    private final Map<String, StandStill> accepted = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private boolean refuses;

    /** How many want nothing to be accepted for now. */
    private int postponing;

    /** The ids of schemas in front of which it stood while they weren't accepted on purpose. */
    private final Set<String> refusals = new HashSet<>();

    private Reviewer(HistoryJob job, PipelineFolder folder, Journal journal, long seed) {
        this.job = job;
        this.folder = folder;
        this.journal = journal;
        this.draws = new Random(seed);
        this.thread = new Thread(this::run, "reviewer");
    }

    static Reviewer start(HistoryJob job, PipelineFolder folder, Journal journal, long seed) {
        Reviewer reviewer = new Reviewer(job, folder, journal, seed);
        reviewer.thread.setDaemon(true);
        reviewer.thread.start();
        return reviewer;
    }

    private void run() {
        while (!thread.isInterrupted()) {
            look(false);
            Pause.millis(PERIOD_MILLIS);
        }
    }

    /** Looks once; whether it accepted something. */
    private synchronized boolean look(boolean atOnce) {
        boolean accepts = false;
        for (DriftReport report : waiting()) {
            if (accepted.containsKey(report.drift())) {
                continue;
            }
            Long when =
                    due.computeIfAbsent(
                            report.drift(),
                            met -> {
                                journal.note("    paused: " + report.text());
                                return System.nanoTime()
                                        + TimeUnit.MILLISECONDS.toNanos(
                                                draws.nextInt(LONGEST_MILLIS));
                            });
            if (!refuses && postponing == 0 && (atOnce || System.nanoTime() >= when)) {
                accept(report);
                accepts = true;
            }
        }
        return accepts;
    }

    private void accept(DriftReport report) {
        StandStill pause = pause(report);
        if (pause == null) {
            return;
        }
        try {
            PgSource.resume(job.pipeline().source(), report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException cannot) {
            problems.add(cannot.getMessage());
        }
        accepted.put(report.drift(), pause);
        journal.note("    accepts " + pause);
    }

    /** Files are listed before the schema is accepted. */
    private @Nullable StandStill pause(DriftReport report) {
        Matcher place = PLACE.matcher(report.text());
        if (!place.find()) {
            problems.add("doesn't say where it stands: " + report.text());
            return null;
        }
        try {
            return new StandStill(
                    named(report.table()), Lsn.parse(place.group(1)), folder.committedFiles());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static QualifiedName named(String table) {
        return LoadTables.names().stream()
                .filter(name -> name.toString().equals(table))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Not captured: " + table));
    }

    private List<DriftReport> waiting() {
        try {
            return PgSource.pauses(job.pipeline().source());
        } catch (IOException removedMeanwhile) {
            return List.of();
        }
    }

    /** Accepts what the pipeline waits for, without any delay. Whether there was something. */
    public boolean acceptAtOnce() {
        return look(true);
    }

    /** Accepts nothing until {@link #reviewAgain}. */
    public synchronized void postpone() {
        postponing++;
    }

    /** Accepts again, unless somebody else postpones or all is refused. */
    public synchronized void reviewAgain() {
        postponing--;
        waiting().stream()
                .map(DriftReport::drift)
                .filter(drift -> !accepted.containsKey(drift))
                .forEach(refusals::add);
    }

    /** How many schemas were refused, for a while or to the end. */
    synchronized int refusals() {
        return refusals.size();
    }

    /** Accepts nothing from now on. */
    public synchronized void refuse() {
        refuses = true;
    }

    /** Whether it accepts nothing any more. */
    public synchronized boolean refuses() {
        return refuses;
    }

    /** Whether the pipeline waits for something that isn't accepted. */
    public synchronized boolean isPaused() {
        return waiting().stream().anyMatch(report -> !accepted.containsKey(report.drift()));
    }

    /** Returns when the pipeline is paused, or isn't for long. */
    public void awaitPaused() {
        try {
            Await.until("the pipeline is paused", PATIENCE, () -> isPaused() || job.hasEnded());
        } catch (AssertionError notYet) {
            journal.note("    isn't paused");
        }
    }

    /** Where it stood until a schema was accepted. */
    synchronized Collection<StandStill> accepted() {
        return List.copyOf(accepted.values());
    }

    /** Where it stands, in front of a schema that is refused; null when it doesn't. */
    synchronized @Nullable StandStill refused() {
        List<DriftReport> waiting =
                waiting().stream().filter(report -> !accepted.containsKey(report.drift())).toList();
        if (!refuses || waiting.isEmpty()) {
            return null;
        }
        if (waiting.size() > 1) {
            problems.add("stands in front of several: " + waiting);
        }
        refusals.add(waiting.get(0).drift());
        return pause(waiting.get(0));
    }

    /** What was wrong with what it was asked. */
    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}

package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.demo.replay.Judge;
import io.nanosync.flink.jobs.demo.replay.TableVerdict;
import io.nanosync.flink.jobs.history.check.Judgement;
import io.nanosync.flink.jobs.history.check.Observed;
import io.nanosync.flink.jobs.history.check.Violation;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.history.load.Load;
import io.nanosync.flink.jobs.history.load.Published;
import io.nanosync.flink.jobs.history.nemesis.Gap;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.verify.Drifted;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Life;
import io.nanosync.flink.pg.testing.verify.Pauses;
import io.nanosync.flink.pg.testing.verify.Resnapshot;
import io.nanosync.flink.pg.testing.verify.SnapshotPlaces;
import io.nanosync.flink.pg.testing.verify.StandStill;
import io.nanosync.flink.pg.testing.verify.Verdict;
import io.nanosync.flink.pg.testing.verify.Witness;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Judges a history that is over. */
record HistoryJudge(
        Plan plan,
        TestDatabase database,
        PipelineFolder folder,
        Captures captures,
        Journal journal) {

    private static final int MOST_LINES = 10;

    /**
     * What there is of it.
     *
     * @param gap what was lost on purpose; null when nothing was
     * @param refused where it stands to the end, since a schema was refused; null when it doesn't
     * @param arrived whether the last change arrived
     */
    record Lived(
            HistoryJob job,
            Witness witness,
            SlotSampler sampler,
            HandMade handMade,
            ReadRequests requests,
            ProductLog log,
            Load load,
            @Nullable Gap gap,
            Reviewer reviewer,
            @Nullable StandStill refused,
            boolean arrived) {}

    Outcome judge(Lived lived) throws Exception {
        boolean arrived = lived.arrived();
        SlotSampler sampler = lived.sampler();
        Observed.@Nullable Ending ending = arrived ? null : lived.job().ending();
        Gap lost = lived.gap();
        List<Life> lives = ExactlyOnce.told(folder.arrived(), captures.lives());
        Verdict verdict = verdict(lived, lives);
        if (!verdict.isExact() || !verdict.notAsAsked().isEmpty()) {
            ExactlyOnce.summary(folder.arrived()).forEach(journal::note);
        }
        journal.note(sampler.counts());
        Observed observed =
                new Observed(
                        arrived || lost != null ? verdict.differences() : List.of(),
                        arrived ? unequalTables(lives) : List.of(),
                        folder.abortedRows(),
                        sampler.violations(verdict.snapshotPoints()),
                        lived.handMade().violations(),
                        torn(lived),
                        arrived ? unreviewed(lived, verdict) : List.of(),
                        arrived ? verdict.notAsAsked() : notDone(lived.requests()),
                        arrived,
                        lost == null ? null : lost.words(),
                        ending);
        List<Violation> violations = new ArrayList<>(Judgement.of(observed));
        if (arrived && plan.readsRanges() && lived.log().rangesRead() == 0) {
            violations.add(
                    new Violation(Violation.Kind.NOT_AS_MEANT, "no range of values was read"));
        }
        return new Outcome(
                plan,
                violations,
                journal.counts(),
                lived.load().committed(),
                verdict.snapshotRows() + verdict.changes(),
                verdict.crossings(),
                sampler.samples(),
                sampler.failed(),
                lived.log().rangesRead(),
                verdict.restarts(),
                lives.stream().filter(life -> life.from() != null).count(),
                lives.stream().filter(life -> life.until() != null).count(),
                verdict.readAgain(),
                lived.reviewer().accepted().size(),
                lived.reviewer().refusals(),
                lost != null && ending != null ? 1 : 0,
                journal.lines());
    }

    private Pauses pauses(Lived lived) {
        return new Pauses(
                lived.reviewer().accepted(), lived.refused(), plan.setting().delivery().isWhole());
    }

    /** Schemas that weren't accepted, and others that were. */
    private List<String> unreviewed(Lived lived, Verdict verdict) {
        boolean asksForAll = plan.setting().schemas() == Schemas.ASK;
        List<String> found = new ArrayList<>(lived.reviewer().problems());
        found.addAll(verdict.early());
        for (Drifted drift : verdict.drifts()) {
            boolean isAccepted =
                    lived.reviewer().accepted().stream().anyMatch(pause -> isOf(pause, drift));
            if (!isAccepted && (asksForAll || !drift.isCompatible())) {
                found.add("nobody was asked for " + drift);
            }
        }
        for (StandStill pause : lived.reviewer().accepted()) {
            if (verdict.drifts().stream().noneMatch(drift -> isOf(pause, drift))) {
                found.add("asked where the schema is the same: " + pause);
            }
        }
        return found.size() > MOST_LINES ? found.subList(0, MOST_LINES) : found;
    }

    private static boolean isOf(StandStill pause, Drifted drift) {
        return pause.table().equals(drift.table()) && pause.lsn().equals(drift.lsn());
    }

    /** Where transactions are to come whole, those that didn't. */
    private List<String> torn(Lived lived) throws IOException {
        if (!plan.setting().delivery().isWhole()) {
            return List.of();
        }
        journal.note(lived.job().passage().counts());
        List<String> torn = new ArrayList<>();
        lived.sampler()
                .withinTransactions()
                .forEach(position -> torn.add("a checkpoint has the position " + position));
        torn.addAll(lived.job().passage().violations(ExactlyOnce.transactions(folder.arrived())));
        return torn.size() > MOST_LINES ? torn.subList(0, MOST_LINES) : torn;
    }

    private static List<String> notDone(ReadRequests requests) {
        return requests.asked().stream()
                .filter(request -> request.done() == null)
                .map(Resnapshot::toString)
                .toList();
    }

    private Verdict verdict(Lived lived, List<Life> lives) throws Exception {
        SlotSampler sampler = lived.sampler();
        SnapshotPlaces snapshots = sampler.snapshots();
        if (plan.setting().readsBesideStream()) {
            snapshots = snapshots.and(lived.log().behindSnapshots());
        }
        ExactlyOnce exactlyOnce =
                new ExactlyOnce(
                        lived.witness(),
                        plan.setting().groundwork().isByHand() ? snapshots.beside() : snapshots,
                        plan.setting().published()::part,
                        lived.requests().asked());
        Gap lost = lived.gap();
        return lost == null
                ? exactlyOnce.checkLives(folder.arrived(), lives, pauses(lived))
                : exactlyOnce.checkLives(
                        folder.arrived(), lives, earlier(lost.begin(), sampler.committed()));
    }

    private static Lsn earlier(Lsn one, Lsn other) {
        return one.isAfter(other) ? other : one;
    }

    private List<String> unequalTables(List<Life> lives) throws Exception {
        Published published = plan.setting().published();
        if (published.insertsAlone()) {
            // What became of the rows later didn't arrive, and their keys may not be published.
            return List.of();
        }
        if (plan.setting().schemas().change()) {
            // No change tells what rows that were there have in new columns.
            return List.of();
        }
        published.leaveAlone(database);
        Properties properties = new Properties();
        properties.setProperty("stringtype", "unspecified");
        return new Judge(() -> database.connect(properties))
                .judge(folder.arrivedOf(lives), captures.now()).stream()
                        .filter(verdict -> published.addsUp(verdict.table()))
                        .filter(verdict -> !verdict.isEqual())
                        .map(TableVerdict::toString)
                        .toList();
    }
}

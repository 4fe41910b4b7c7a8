package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.demo.replay.MarkerWatch;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.history.load.AlterableTables;
import io.nanosync.flink.jobs.history.load.Division;
import io.nanosync.flink.jobs.history.load.Load;
import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.jobs.history.nemesis.Gap;
import io.nanosync.flink.jobs.history.nemesis.Step;
import io.nanosync.flink.jobs.history.nemesis.Target;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.StandStill;
import io.nanosync.flink.pg.testing.verify.Witness;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lives one history through and judges it. */
public final class History {

    private static final Duration PATIENCE = Duration.ofSeconds(150);

    /** The catalog is looked at every few seconds, and a restart comes first. */
    private static final Duration REFUSAL = Duration.ofSeconds(60);

    /** Into how many parts the time is cut that goes by before the first step. */
    private static final int OPENING = 6;

    private static final int SAMPLES_UNDER_LOAD = 10;

    private final Plan plan;
    private final @Nullable TestPostgres server;
    private final @Nullable Replicas replicas;
    private final TestDatabase database;
    private final PipelineFolder folder;
    private final Journal journal = new Journal();
    private final Captures captures;
    private final AtomicReference<@Nullable Gap> gap = new AtomicReference<>();
    private @Nullable StandStill refused;

    private History(
            Plan plan,
            @Nullable TestPostgres server,
            @Nullable Replicas replicas,
            TestDatabase database,
            Path folder)
            throws IOException {
        this.plan = plan;
        this.server = server;
        this.replicas = replicas;
        this.database = database;
        this.folder = new PipelineFolder(folder);
        this.captures = new Captures(plan.setting().capture().first());
    }

    /**
     * Lives it through.
     *
     * @param folder for whatever is written
     */
    public static Outcome live(Plan plan, Servers servers, Path folder) throws Exception {
        if (plan.setting().promotes()) {
            try (Replicas replicas = Replicas.start(plan.version())) {
                return new History(plan, null, replicas, replicas.database(), folder).live();
            }
        }
        TestPostgres server = servers.of(plan.version());
        try (TestDatabase database = server.createDatabase()) {
            return new History(plan, server, null, database, folder).live();
        }
    }

    private Outcome live() throws Exception {
        Division division = plan.setting().division();
        LoadTables.create(database, division, plan.setting().published());
        boolean schemasChange = plan.setting().schemas().change();
        if (schemasChange) {
            AlterableTables.prepare(database);
        }
        Capture capture = plan.setting().capture();
        try (Witness witness = startWitness();
                TcpProxy proxy = TcpProxy.to(port())) {
            if (schemasChange) {
                AlterableTables.begin(database);
            }
            LoadTables.fill(database, division);
            AlteredTables.PipelineOf pipelines =
                    tables ->
                            folder.pipeline(
                                    database,
                                    proxy.port(),
                                    plan.checkpointMillis(),
                                    plan.setting(),
                                    tables);
            Pipeline pipeline = pipelines.tables(capture.first());
            try (HistoryJob job = HistoryJob.of(pipeline, database.name() + "-" + plan.seed());
                    ProductLog log = ProductLog.to(journal, this::walEnd);
                    Reviewer reviewer = Reviewer.start(job, folder, journal, plan.seed());
                    Load load = startLoad()) {
                HandMade handMade =
                        HandMade.make(
                                plan.setting(),
                                database,
                                pipeline,
                                new Random(plan.seed()),
                                () -> gap.get() != null,
                                log::hasStreamed);
                ReadRequests requests = new ReadRequests(captures, database, job, log, journal);
                Runnable alsoLooks =
                        () -> {
                            handMade.look();
                            requests.look();
                        };
                try (SlotSampler sampler = SlotSampler.start(database, pipeline, alsoLooks)) {
                    AlteredTables tables =
                            new AlteredTables(
                                    capture, captures, database, folder, pipelines, job, log,
                                    journal);
                    Target target =
                            new Target(
                                    server,
                                    replicas,
                                    database,
                                    proxy,
                                    pipeline,
                                    job,
                                    tables,
                                    requests,
                                    new AlteredSchemas(database, journal),
                                    reviewer,
                                    journal,
                                    gap);
                    boolean arrived = actAndCatchUp(target, load, sampler, log);
                    sampler.close();
                    handMade.look();
                    requests.look();
                    return new HistoryJudge(plan, database, folder, captures, journal)
                            .judge(
                                    new HistoryJudge.Lived(
                                            job, witness, sampler, handMade, requests, log, load,
                                            gap.get(), reviewer, refused, arrived));
                }
            }
        }
    }

    private int port() {
        return replicas == null ? Objects.requireNonNull(server).port() : replicas.port();
    }

    private Witness startWitness() throws SQLException {
        String slot = "witness_" + database.name();
        if (replicas == null) {
            return Witness.start(database::connect, slot);
        }
        Witness witness = Witness.startWithFailover(database::connect, slot);
        replicas.awaitSynced(slot);
        return witness;
    }

    private Lsn walEnd() {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    private Load startLoad() {
        Load load = Load.start(database, plan.seed(), plan.truncates());
        if (plan.setting().division().isByValues()) {
            load.moveRows(plan.setting().division(), plan.seed());
        }
        if (plan.setting().groundwork().isByHand() || plan.setting().readsBesideStream()) {
            load.holdTransactionsOpen(plan.seed());
        }
        if (plan.setting().readsBesideStream()) {
            load.holdLargeTransactionsOpen(plan.seed());
        }
        if (plan.setting().copies()) {
            load.copyRows(plan.seed());
        }
        if (plan.setting().schemas().change()) {
            load.writeAlteredTables(plan.seed());
        }
        if (plan.setting().delivery() == Delivery.WHOLE_AND_LARGE) {
            load.insertMegabytes(plan.seed());
        }
        return load;
    }

    /** Whether the last change arrived. */
    private boolean actAndCatchUp(Target target, Load load, SlotSampler sampler, ProductLog log)
            throws Exception {
        boolean acted = act(target, sampler, log);
        load.stop();
        if (!acted) {
            return false;
        }
        if (target.reviewer().refuses()) {
            refused = target.reviewer().refused();
            stop(target.job());
            return true;
        }
        database.execute("INSERT INTO h.marker VALUES (1)");
        journal.note("the load has ended");
        return gap.get() == null ? catchUp(target) : refuse(target.job());
    }

    /** Takes the steps. Whether it came to that, and behind them to a stream. */
    private boolean act(Target target, SlotSampler sampler, ProductLog log) throws Exception {
        if (!begins(target, sampler, log)) {
            return false;
        }
        Pause.millis(plan.startMillis());
        for (Step step : plan.script().steps()) {
            step.run(target);
        }
        if (target.reviewer().refuses()) {
            return standsStill(target, sampler);
        }
        return gap.get() != null
                || (streamsUnderLoad(target, sampler, log)
                        && comes(
                                target,
                                "all is read that was asked for",
                                target.requests()::areDone));
    }

    /** Whether it stands in front of what was refused, for some checkpoints. */
    private static boolean standsStill(Target target, SlotSampler sampler) throws Exception {
        if (!comes(target, "a refused schema is met", target.reviewer()::isPaused)) {
            return false;
        }
        int enough = sampler.samples() + SAMPLES_UNDER_LOAD;
        return comes(target, "it stands still for long", () -> sampler.samples() > enough)
                && comes(target, "it still stands there", target.reviewer()::isPaused);
    }

    /** Starts the job. Whether it came to where the first step is taken. */
    private boolean begins(Target target, SlotSampler sampler, ProductLog log) throws Exception {
        target.job().start(plan.parallelism());
        List<Step> opening = plan.setting().opening().steps();
        if (!opening.isEmpty()) {
            if (!comes(target, "the snapshot is being read", log::hasSnapshot)) {
                return false;
            }
            Pause.millis(plan.startMillis() / OPENING);
            for (Step step : opening) {
                step.run(target);
            }
        }
        return !plan.streamsFirst()
                || comes(target, "the stream is in a checkpoint", () -> sampler.samples() > 0);
    }

    /** Steps may be over before the snapshot is: the load goes on until a stream has been seen. */
    private boolean streamsUnderLoad(Target target, SlotSampler sampler, ProductLog log)
            throws Exception {
        int before = 0;
        if (plan.setting().readsBesideStream()) {
            if (!comes(target, "the altered tables are streamed", log::isStreaming)) {
                return false;
            }
            before = sampler.samples();
        }
        int enough = before + SAMPLES_UNDER_LOAD;
        return comes(target, "the slot is seen while it streams", () -> sampler.samples() > enough);
    }

    private boolean catchUp(Target target) throws Exception {
        MarkerWatch lastChange = folder.lastChange();
        if (!comes(target, "the last change has arrived", lastChange::hasArrived)) {
            return false;
        }
        journal.note("the last change has arrived");
        stop(target.job());
        return true;
    }

    /** Whether it comes to this while the job runs. A stall is written down, and the job ended. */
    private static boolean comes(Target target, String what, Callable<Boolean> condition)
            throws Exception {
        HistoryJob job = target.job();
        try {
            Await.until(what, PATIENCE, () -> job.hasEnded() || condition.call());
        } catch (AssertionError tooLate) {
            target.journal().note("it doesn't come to this: " + what);
            Stall.describe(target);
            job.cancel();
            return false;
        }
        return !job.hasEnded();
    }

    /** The job must end, and end again when it is started again. */
    private boolean refuse(HistoryJob job) throws Exception {
        for (int start = 0; start < 2; start++) {
            if (start > 0) {
                job.forgetEnded();
                job.start(1);
            }
            try {
                Await.until("the job has ended", REFUSAL, job::hasEnded);
            } catch (AssertionError goesOn) {
                journal.note("the job goes on: " + job.state());
                job.cancel();
                return false;
            }
            journal.note("the job has ended");
        }
        return false;
    }

    /** What arrived is complete when the savepoint is. */
    private void stop(HistoryJob job) {
        Await.until(
                "the job stops with a savepoint",
                PATIENCE,
                () -> job.stopWithSavepoint() || job.hasEnded());
    }
}

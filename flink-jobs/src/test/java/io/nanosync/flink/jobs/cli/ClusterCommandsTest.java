package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.ScriptedCluster.Answer;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.pg.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands for clusters say where there is none. */
class ClusterCommandsTest {

    private static final URI NOBODY = URI.create("http://127.0.0.1:1");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String JOB = "00112233445566778899aabbccddeeff";

    @TempDir private Path folder;

    private ShopCommands commands;

    @BeforeEach
    void writeFiles() throws IOException {
        commands = new ShopCommands(folder);
        System.setProperty(
                "nanosync.job.jar", Files.createFile(folder.resolve("job.jar")).toString());
    }

    @AfterEach
    void forgetJar() {
        System.clearProperty("nanosync.job.jar");
    }

    @Test
    void submitRefusesWhatIsNoAddressOfACluster() {
        assertThat(commands.execute("submit", "--target", "localhost:8081")).isEqualTo(1);
        assertThat(commands.err())
                .contains("--target is the REST address of a Flink cluster, for example http://");
    }

    @Test
    void addressWithAPasswordIsRefusedWithoutShowingIt() {
        for (String login : List.of("http://me:s3c%ret@", "me:s3cret@", "https://me:s3 c@ret@")) {
            for (String[] command :
                    new String[][] {{"submit"}, {"list"}, {"stop", "pipeline", "shop"}}) {
                assertThat(commands.execute(command[0], with(command, login + "host:8081")))
                        .isEqualTo(1);
            }
        }
        assertThat(commands.err())
                .contains("not http://***@host:8081. Behind a path or a login, use: flink run")
                .doesNotContain("s3", "ret@");
    }

    private static String[] with(String[] command, String target) {
        return Stream.concat(Stream.of(command).skip(1), Stream.of("--target", target))
                .toArray(String[]::new);
    }

    @Test
    void submitSaysThatNobodyAnswers() {
        assertThat(commands.execute("submit", "--target", NOBODY.toString())).isEqualTo(1);
        assertThat(commands.err()).contains("No Flink cluster answers at " + NOBODY);
    }

    @Test
    void listTellsWhatWasNeverStartedFromWhatCannotBeAsked() throws IOException {
        assertThat(commands.execute("list")).isZero();
        assertThat(commands.out()).isEqualTo("shop  not running\nonce  not running\n");
        record(null);
        assertThat(commands.execute("list")).isEqualTo(1);
        assertThat(commands.out()).contains("shop  unknown: No Flink cluster answers at " + NOBODY);
    }

    @Test
    void logsSaysWhereThereIsNone() throws IOException {
        assertThat(commands.execute("logs", "pipeline", "shop")).isEqualTo(1);
        assertThat(commands.err())
                .contains("Pipeline shop has no log in " + commands.stateDir().resolve("logs"));
        record(null);
        assertThat(commands.execute("logs", "pipeline", "shop")).isEqualTo(1);
        assertThat(commands.err()).contains("No Flink cluster answers at " + NOBODY);
    }

    @Test
    void stopSaysWhyItCannot() throws IOException {
        assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
        assertThat(commands.err()).contains("Pipeline shop doesn't run: nobody started it");
        record(new JobRecord.LocalProcess("somewhere.example", 4711));
        assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
        assertThat(commands.err())
                .contains("Pipeline shop can't be stopped")
                .contains("process 4711 of somewhere.example, which can be asked there alone");
    }

    /** A bounded job holds no lock on the server. */
    @Test
    void deleteKeepsTheStateOfABoundedPipelineOfWhichNobodyKnows() throws IOException {
        Path state = commands.stateDir().resolve("once");
        new JobRecord(NOBODY, JOB, Instant.now(), null).write(state.toString());
        assertThat(commands.execute("delete", "pipeline", "once", "--yes")).isEqualTo(1);
        assertThat(commands.err())
                .contains("Nobody can say whether job " + JOB + " of pipeline once runs")
                .contains("Nothing was deleted. Name its cluster by --target URL");
        Files.delete(state.resolve("job.json"));
        assertThat(commands.execute("delete", "pipeline", "once", "--yes"))
                .as(commands.err())
                .isZero();
        assertThat(state).doesNotExist();
    }

    @Test
    void runStartsNoBoundedPipelineOfWhichNobodyKnows() throws IOException {
        Path state = commands.stateDir().resolve("once");
        new JobRecord(NOBODY, JOB, Instant.now(), null).write(state.toString());
        assertThat(commands.execute("run", "once")).isEqualTo(1);
        assertThat(commands.err())
                .contains("Nobody can say whether job " + JOB + " of pipeline once runs, and its")
                .contains("When you know that it doesn't run, remove job.json in file://" + state);
    }

    /** The record of a job that has no checkpoint yet was copied with its folder. */
    @Test
    void stopLeavesAJobAloneThatWasWrittenDownInAnotherFolder() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            Path copied = commands.stateDir().resolve("shop/job.json");
            Path production = Files.createDirectories(commands.stateDir().resolve("production"));
            Files.delete(copied);
            new JobRecord(cluster.address(), JOB, Instant.now(), null).write(production.toString());
            Files.copy(production.resolve("job.json"), copied);
            assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.err()).contains("keeps its state in " + production);
        }
    }

    /** A proxy that has lost its cluster, or what else listens there. */
    @Test
    void jobIsNotGoneWhereSomebodyElseHasNothingOfIt() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers("/jobs/" + JOB, Answer.status(404, "default backend - 404"));
            assertThat(commands.execute("list")).isEqualTo(1);
            assertThat(commands.out())
                    .contains("shop  unknown: What answers at " + cluster.address() + " is no");
            cluster.answers("/jobs/" + JOB, Answer.status(404, "{\"errors\":[\"Not there.\"]}"));
            assertThat(commands.execute("list")).as(commands.err()).isZero();
        }
    }

    @Test
    void loopbackAddressOfAnotherMachineIsNotAskedHere() throws IOException {
        try (ScriptedCluster cluster = ScriptedCluster.start("ffeeddccbbaa99887766554433221100")) {
            new JobRecord(cluster.address(), JOB, Instant.now(), "somewhere.example", null, null)
                    .write(commands.stateDir().resolve("shop").toString());
            assertThat(commands.execute("list")).isEqualTo(1);
            assertThat(commands.out())
                    .contains(
                            "shop  unknown: it was submitted to "
                                    + cluster.address()
                                    + " by somewhere.example, which can be asked there alone");
        }
    }

    @Test
    void stopWaitsForASavepointAsLongAsItIsTold() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            assertThat(commands.execute("stop", "pipeline", "shop", "--wait", "0")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("Pipeline shop, job " + JOB + ", doesn't stop within 0 s. ")
                    .contains(
                            "Its savepoint is still being taken, and stops it when it is complete")
                    .contains(cluster.address() + "/#/job/running/" + JOB + "/overview")
                    .contains("nanosync status pipeline shop");
            assertThat(commands.execute("list")).isZero();
            assertThat(commands.out()).contains("job " + JOB);
        }
    }

    @Test
    void stopSaysThatNobodyKnowsWhenTheAnswerIsLost() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            for (Answer lost : List.of(Answer.NONE, Answer.status(500, "{\"errors\":[\"x\"]}"))) {
                cluster.answers("/jobs/" + JOB + "/stop", lost);
                assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
                assertThat(commands.err())
                        .contains(JOB + ", was asked to stop, and nobody can say whether it did: ")
                        .contains("its savepoint is the newest in ")
                        .contains("nanosync status pipeline shop");
            }
            cluster.answers("/jobs/" + JOB + "/stop", Answer.json("{\"request-id\":\"1\"}"));
            cluster.answers("/jobs/" + JOB + "/savepoints/1", Answer.NONE);
            assertThat(commands.execute("stop", "pipeline", "shop", "--wait", "1")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("nobody can say whether it did: ")
                    .doesNotContain("was not stopped");
        }
    }

    @Test
    void stopSaysThatItWasNotStoppedWhenTheClusterDeclines() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/stop",
                    Answer.status(409, "{\"errors\":[\"not enough tasks\"]}"));
            assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.err())
                    .contains(JOB + ", was not stopped. The Flink cluster at ")
                    .contains("declined: not enough tasks");
        }
    }

    /** A state folder was copied, with the record of its job. */
    @Test
    void jobOfAnotherStateFolderIsKnownAndLeftAlone() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/checkpoints",
                    Answer.json(
                            "{\"latest\":{\"completed\":{\"id\":7,\"latest_ack_timestamp\":0,"
                                + "\"external_path\":\"file:/other/shop/checkpoints/a/chk-7\"}}}"));
            assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("Job " + JOB + " of " + cluster.address() + " was not stopped: ")
                    .contains("it keeps its state in file:/other/shop/checkpoints/a/chk-7")
                    .contains("so it is of another pipeline");
            String other =
                    "job "
                            + JOB
                            + " on "
                            + cluster.address()
                            + ", which keeps its state in file:/other/shop/checkpoints/a/chk-7";
            assertThat(commands.execute("list")).isZero();
            assertThat(commands.out()).contains("shop  not running: job.json is of " + other);
            for (String command : List.of("logs", "metrics")) {
                assertThat(commands.execute(command, "pipeline", "shop")).isEqualTo(1);
            }
            assertThat(commands.err()).contains("not running: job.json is of " + other);
            assertThat(commands.execute("delete", "pipeline", "shop", "--yes")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("which runs and keeps its state in file:/other/shop/checkpoints")
                    .contains("If this folder was copied from there, remove job.json here");
            assertThat(commands.stateDir().resolve("shop/job.json")).exists();
        }
    }

    @Test
    void stopSaysWhatBecameOfAJobWhoseSavepointFailed() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            String failed =
                    "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"failure-cause\":"
                            + "{\"stack-trace\":\"java.io.IOException: disk full\"}}}";
            cluster.answers("/jobs/" + JOB + "/savepoints/1", Answer.json(failed));
            assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("The savepoint failed, and the job goes on: ")
                    .contains("disk full");
            cluster.answers(
                    "/jobs/" + JOB + "/savepoints/1",
                    exchange -> {
                        cluster.answers(
                                "/jobs/" + JOB,
                                Answer.json(
                                        "{\"state\":\"CANCELED\",\"vertices\":[{\"id\":\"v\"}]}"));
                        Answer.json(failed).to(exchange);
                    });
            assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("nobody can say whether it did: The savepoint failed: ")
                    .contains("and the job is CANCELED");
        }
    }

    @Test
    void logsOfNoLinesAreNotAskedFor() throws IOException {
        assertThat(commands.execute("logs", "pipeline", "shop", "--lines", "0")).isEqualTo(2);
        assertThat(commands.err()).startsWith("--lines must be at least 1, found 0");
    }

    @Test
    void stopAsksOnPastABrokenConnectionAndLeavesTheRecordOfANewerJob() throws IOException {
        String newer = "ffeeddccbbaa99887766554433221100";
        try (ScriptedCluster cluster = recorded()) {
            String request = "/jobs/" + JOB + "/savepoints/1";
            cluster.answers(
                    request,
                    exchange -> {
                        exchange.close();
                        new JobRecord(cluster.address(), newer, Instant.now(), null)
                                .write(shopState());
                        cluster.answers(
                                request,
                                Answer.json(
                                        "{\"status\":{\"id\":\"COMPLETED\"},"
                                                + "\"operation\":{\"location\":\"file:/s\"}}"));
                    });
            assertThat(commands.execute("stop", "pipeline", "shop")).as(commands.err()).isZero();
            assertThat(commands.out()).isEqualTo("shop: stopped with savepoint file:/s\n");
            assertThat(JobRecord.read(shopState()).orElseThrow().job()).isEqualTo(newer);
        }
    }

    @Test
    void listShowsTheOthersWhereOneCannotBeAsked() throws IOException {
        Files.createDirectories(commands.stateDir().resolve("shop"));
        Files.writeString(commands.stateDir().resolve("shop/job.json"), "{");
        assertThat(commands.execute("list")).isEqualTo(1);
        assertThat(commands.out())
                .contains("shop  unknown: ", "job.json doesn't say where the pipeline runs")
                .contains("once  not running");
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers("/jobs/" + JOB, Answer.json("{}"));
            assertThat(commands.execute("list")).isEqualTo(1);
            assertThat(commands.out())
                    .contains(
                            "shop  unknown: What answers at "
                                    + cluster.address()
                                    + " is no Flink cluster")
                    .contains("once  not running");
        }
    }

    @Test
    void statusShowsTheOtherPartsWhereOneCannotBeAsked() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/checkpoints",
                    Answer.status(500, "{\"errors\":[\"broken\"]}"));
            Files.createDirectories(commands.stateDir().resolve("shop"));
            Files.writeString(commands.stateDir().resolve("shop/drift"), "no folder");
            assertThat(commands.execute("status", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.out())
                    .contains("shop: streaming  job " + JOB)
                    .contains(
                            "  not known: The Flink cluster at "
                                    + cluster.address()
                                    + " declined: broken")
                    .contains(":1");
            assertThat(commands.execute("status", "pipeline", "shop", "--json")).isEqualTo(1);
            assertThat(commands.out()).contains("\"problems\" : [", "declined: broken");
        }
        Files.writeString(commands.stateDir().resolve("shop/job.json"), "{");
        assertThat(commands.execute("status", "pipeline", "shop")).isEqualTo(1);
        assertThat(commands.out())
                .contains("shop: unknown: ", "job.json doesn't say where the pipeline runs");
    }

    @Test
    void logsShowsTheOtherProcessesWhereOneCannotBeAsked() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers("/jobmanager/log", Answer.NONE);
            cluster.answers(
                    "/jobs/" + JOB + "/vertices/v/taskmanagers",
                    Answer.json("{\"taskmanagers\":[{\"taskmanager-id\":\"t1\"}]}"));
            cluster.answers("/taskmanagers/t1/log", Answer.json("streams"));
            assertThat(commands.execute("logs", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.out())
                    .contains("==== JobManager\nno log: No Flink cluster answers at ")
                    .contains("==== TaskManager t1\nstreams\n");
        }
    }

    @Test
    void logsTellsALogThatIsNotThereFromOneThatCannotBeHad() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/vertices/v/taskmanagers",
                    Answer.json("{\"taskmanagers\":[{\"taskmanager-id\":\"t1\"}]}"));
            cluster.answers(
                    "/taskmanagers/t1/log",
                    Answer.status(
                            500,
                            "{\"errors\":[\"x\",\"The file LOG does not exist on the"
                                    + " TaskExecutor.\"]}"));
            assertThat(commands.execute("logs", "pipeline", "shop")).isZero();
            assertThat(commands.out())
                    .contains(
                            "==== JobManager\nno log file: ", "==== TaskManager t1\nno log file: ");
            cluster.answers(
                    "/jobmanager/log", Answer.status(500, "{\"errors\":[\"out of disk\"]}"));
            cluster.answers("/taskmanagers/t1/log", Answer.status(502, "<html>"));
            assertThat(commands.execute("logs", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.out())
                    .contains("==== JobManager\nno log: The Flink cluster at ")
                    .contains("declined: out of disk")
                    .contains("==== TaskManager t1\nno log: What answers at ");
        }
    }

    @Test
    void stopSaysThatTheJobFailedBehindItsSavepoint() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/savepoints/1",
                    Answer.json(
                            """
{"status": {"id": "COMPLETED"}, "operation": {"failure-cause": {
  "stack-trace": "X\\nCaused by: org.apache.flink.runtime.Y: A savepoint has been created at: file:/s/1, but the corresponding job failed during stopping.\\n\\tat Z\\nCaused by: java.io.IOException: sink"
}}}
"""));
            assertThat(commands.execute("stop", "pipeline", "shop")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("Its savepoint is complete: file:/s/1. But the job failed")
                    .contains("java.io.IOException: sink")
                    .doesNotContain("The savepoint failed");
        }
    }

    @Test
    void stopIsDoneWhenItsRecordCannotBeRemoved() throws IOException {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/savepoints/1",
                    exchange -> {
                        Files.writeString(commands.stateDir().resolve("shop/job.json"), "{");
                        Answer.json(
                                        "{\"status\":{\"id\":\"COMPLETED\"},"
                                                + "\"operation\":{\"location\":\"file:/s\"}}")
                                .to(exchange);
                    });
            assertThat(commands.execute("stop", "pipeline", "shop")).as(commands.err()).isZero();
            assertThat(commands.out()).isEqualTo("shop: stopped with savepoint file:/s\n");
            assertThat(commands.err()).contains("warning: shop is stopped, but ", "job.json");
        }
    }

    @Test
    void targetIsAskedWhereTheJobManagerHasMoved() throws IOException {
        record(null);
        try (ScriptedCluster moved = ScriptedCluster.start(JOB)) {
            String target = moved.address().toString();
            String place = "job " + JOB + " on " + target;
            assertThat(commands.execute("list", "--target", target)).isEqualTo(1);
            assertThat(commands.out()).contains("shop  streaming  " + place);
            commands.execute("status", "pipeline", "shop", "--target", target);
            assertThat(commands.out()).contains("shop: streaming  " + place);
            assertThat(commands.execute("stop", "pipeline", "shop", "-t", target, "--wait", "0"))
                    .isEqualTo(1);
            assertThat(commands.err()).contains(JOB + ", doesn't stop within 0 s. ");
            // Nobody wrote down its job.
            moved.answers("/jobs/" + JOB, running("Source: PostgreSQL once -> sink: Writer"));
            moved.answers(
                    "/jobs/overview",
                    Answer.json(
                            """
                            {"jobs": [
                              {"jid": "1", "name": "once", "end-time": 1, "start-time": 0},
                              {"jid": "%s", "name": "once", "end-time": -1, "start-time": 0}
                            ]}
                            """
                                    .formatted(JOB)));
            assertThat(commands.execute("list", "--target", target)).isZero();
            assertThat(commands.out()).contains("once  streaming  " + place);
        }
        assertThat(commands.execute("list", "--target", "localhost:8081")).isEqualTo(1);
        assertThat(commands.err()).contains("--target is the REST address of a Flink cluster");
    }

    /** On a cluster that others use, too. */
    @Test
    void targetLeavesAForeignJobOfThePipelinesNameAlone() throws IOException {
        String foreign = "ffeeddccbbaa99887766554433221100";
        try (ScriptedCluster cluster = ScriptedCluster.start(foreign)) {
            String target = cluster.address().toString();
            cluster.answers(
                    "/jobs/overview",
                    Answer.json(
                            """
                            {"jobs": [{"jid": "%s", "name": "once", "end-time": -1,
                                       "start-time": 0}]}
                            """
                                    .formatted(foreign)));
            for (String source :
                    List.of("Source: Kafka", "Source: PostgreSQL once_more -> sink: Writer")) {
                cluster.answers("/jobs/" + foreign, running(source));
                assertThat(commands.execute("stop", "pipeline", "once", "-t", target)).isEqualTo(1);
                assertThat(commands.err()).contains("Pipeline once doesn't run");
                assertThat(commands.execute("list", "-t", target)).isZero();
                assertThat(commands.out()).contains("once  not running");
                assertThat(commands.execute("logs", "pipeline", "once", "-t", target)).isEqualTo(1);
                assertThat(commands.err()).contains("Pipeline once has no log");
            }
        }
    }

    private static Answer running(String source) {
        return Answer.json(
                "{\"state\":\"RUNNING\",\"vertices\":[{\"id\":\"v\",\"name\":\""
                        + source
                        + "\"}]}");
    }

    @Test
    void submitTakesOverWhatTheClusterWasToldAboutRestarts() throws Exception {
        try (ScriptedCluster cluster = ScriptedCluster.start(JOB)) {
            cluster.answers(
                    "/jobmanager/config",
                    Answer.json(
                            """
                            [{"key": "restart-strategy.type", "value": "fixed-delay"},
                             {"key": "restart-strategy.fixed-delay.attempts", "value": "7"},
                             {"key": "state.backend.type", "value": "rocksdb"},
                             {"key": "rest.port", "value": "8081"}]
                            """));
            assertThat(ClusterTarget.of(cluster.address()).ownSettings().toMap())
                    .containsOnly(
                            Map.entry("restart-strategy.type", "fixed-delay"),
                            Map.entry("restart-strategy.fixed-delay.attempts", "7"),
                            Map.entry("state.backend.type", "rocksdb"));
        }
    }

    @Test
    void submitGoesOnBehindAPipelineThatCanNotBeStarted() throws IOException {
        try (ScriptedCluster cluster = ScriptedCluster.start(JOB)) {
            assertThat(commands.execute("submit", "-t", cluster.address().toString())).isEqualTo(1);
            assertThat(commands.err())
                    .contains("nanosync: pipeline shop: ", "nanosync: pipeline once: ");
        }
    }

    @Test
    void deleteLooksAgainBehindItsQuestion() throws IOException {
        InputStream before = System.in;
        try (ScriptedCluster cluster = ScriptedCluster.start(JOB)) {
            String state = commands.stateDir().resolve("once").toString();
            System.setIn(
                    new InputStream() {
                        private final InputStream answer =
                                new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8));

                        @Override
                        public int read() throws IOException {
                            new JobRecord(cluster.address(), JOB, Instant.now(), null).write(state);
                            return answer.read();
                        }
                    });
            assertThat(commands.execute("delete", "pipeline", "once")).isEqualTo(1);
            assertThat(commands.err()).contains("Pipeline once runs already: job " + JOB);
            assertThat(JobRecord.read(state)).isPresent();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void metricsAsksTheClusterOfTheJob() throws IOException {
        String task = "task.pipeline.shop.";
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/vertices/v/subtasks/metrics",
                    Answer.json(
                            """
                            [{"id": "%1$stable.public_orders.operation.insert.ns_cdc_events_total",
                              "sum": 12.0, "max": 7.0},
                             {"id": "%1$sns_stream_lead_seconds", "sum": 4.0, "max": 2.5},
                             {"id": "%1$sns_stream_status"},
                             {"id": "numRecordsIn", "sum": 1.0, "max": 1.0}]
                            """
                                    .formatted(task)));
            cluster.answers(
                    "/jobs/" + JOB + "/metrics",
                    Answer.json("[{\"id\": \"numRestarts\", \"value\": \"5\"}]"));
            assertThat(commands.execute("metrics", "pipeline", "shop")).isZero();
            assertThat(commands.out().lines().map(line -> line.replaceAll(" +", " ")))
                    .containsExactly(
                            "ns_cdc_events_total public.orders insert 12",
                            "ns_pipeline_phase 3",
                            "ns_pipeline_restarts_total 5",
                            "ns_stream_lead_seconds 2.5");
            assertThat(commands.execute("metrics", "pipeline", "shop", "--json")).isZero();
            assertThat(commands.out())
                    .contains(
                            "{\"name\":\"ns_pipeline_phase\",\"labels\":{\"pipeline\":\"shop\"},"
                                    + "\"value\":3}");
        }
        assertThat(commands.execute("metrics", "pipeline", "once")).isEqualTo(1);
        assertThat(commands.err())
                .contains("Pipeline once doesn't run by nanosync run", "not running");
    }

    /** A local run was killed, and its pipeline submitted. */
    @Test
    @Tag("long")
    void watchGoesOnWhenTheClusterDoesNotAnswerForAWhile() throws Exception {
        try (ScriptedCluster cluster = recorded()) {
            cluster.answers(
                    "/jobs/" + JOB + "/vertices/v/subtasks/metrics",
                    Answer.json("[{\"id\": \"t.ns_stream_lead_seconds\", \"max\": 1.0}]"));
            AtomicInteger code = new AtomicInteger(-1);
            Thread watch =
                    new Thread(
                            () ->
                                    code.set(
                                            commands.execute(
                                                    "metrics", "pipeline", "shop", "--watch")));
            watch.start();
            Await.until("it is shown", PATIENCE, () -> shown() > 0);
            cluster.answers("/jobs/" + JOB, Answer.status(503, "{}"));
            Await.until(
                    "it says so",
                    PATIENCE,
                    () -> commands.err().contains("nanosync: Pipeline shop: unknown: The Flink"));
            long before = shown();
            cluster.answers(
                    "/jobs/" + JOB,
                    Answer.json("{\"state\":\"RUNNING\",\"vertices\":[{\"id\":\"v\"}]}"));
            Await.until("it is shown again", PATIENCE, () -> shown() > before);
            watch.interrupt();
            watch.join(PATIENCE.toMillis());
            assertThat(code.get()).isPositive();
        }
    }

    private long shown() {
        return commands.out().lines().filter(line -> line.startsWith("ns_stream_lead")).count();
    }

    @Test
    void metricsAsksTheClusterWhereALocalRunHasLeftItsFile() throws Exception {
        try (ScriptedCluster cluster = recorded()) {
            long dead = deadProcess();
            for (long pid : List.of(dead, ProcessHandle.current().pid())) {
                Files.writeString(
                        commands.stateDir().resolve("shop/metrics"),
                        String.join(
                                "\n",
                                NOBODY.toString(),
                                JobRecord.LocalProcess.current().host(),
                                Long.toString(pid),
                                "2020-01-01T00:00:00Z"));
                assertThat(commands.execute("metrics", "pipeline", "shop"))
                        .as(commands.err())
                        .isZero();
                assertThat(commands.out()).contains("ns_pipeline_phase");
            }
        }
    }

    private static long deadProcess() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }

    private ScriptedCluster recorded() throws IOException {
        ScriptedCluster cluster = ScriptedCluster.start(JOB);
        new JobRecord(cluster.address(), JOB, Instant.now(), null).write(shopState());
        return cluster;
    }

    private String shopState() {
        return commands.stateDir().resolve("shop").toString();
    }

    private void record(JobRecord.LocalProcess process) throws IOException {
        new JobRecord(NOBODY, JOB, Instant.now(), process)
                .write(commands.stateDir().resolve("shop").toString());
    }
}

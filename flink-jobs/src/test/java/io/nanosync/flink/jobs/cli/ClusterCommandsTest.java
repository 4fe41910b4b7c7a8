package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.JobRecord;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands for clusters say where there is none. */
class ClusterCommandsTest {

    private static final URI NOBODY = URI.create("http://127.0.0.1:1");
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
    void submitSaysThatNobodyAnswers() {
        assertThat(commands.execute("submit", "--target", NOBODY.toString())).isEqualTo(1);
        assertThat(commands.err()).contains("No Flink cluster answers at " + NOBODY);
    }

    @Test
    void listTellsWhatWasNeverStartedFromWhatCannotBeAsked() throws IOException {
        assertThat(commands.execute("list")).isZero();
        assertThat(commands.out()).isEqualTo("shop  not running\nonce  not running\n");
        record(null);
        assertThat(commands.execute("list")).isZero();
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

    @Test
    void loopbackAddressOfAnotherMachineIsNotAskedHere() throws IOException {
        try (SlowCluster cluster = SlowCluster.start("ffeeddccbbaa99887766554433221100")) {
            new JobRecord(cluster.address(), JOB, Instant.now(), "somewhere.example", null)
                    .write(commands.stateDir().resolve("shop").toString());
            assertThat(commands.execute("list")).isZero();
            assertThat(commands.out())
                    .contains(
                            "shop  unknown: it was submitted to "
                                    + cluster.address()
                                    + " by somewhere.example, which can be asked there alone");
        }
    }

    @Test
    void stopWaitsForASavepointAsLongAsItIsTold() throws IOException {
        try (SlowCluster cluster = SlowCluster.start(JOB)) {
            new JobRecord(cluster.address(), JOB, Instant.now(), null)
                    .write(commands.stateDir().resolve("shop").toString());
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

    private void record(JobRecord.LocalProcess process) throws IOException {
        new JobRecord(NOBODY, JOB, Instant.now(), process)
                .write(commands.stateDir().resolve("shop").toString());
    }
}

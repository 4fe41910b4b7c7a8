package io.nanosync.flink.jobs.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRecordTest {

    private static final JobRecord OF_A_CLUSTER =
            new JobRecord(
                    URI.create("http://flink.example:8081"),
                    "00112233445566778899aabbccddeeff",
                    Instant.parse("2026-11-26T23:00:00Z"),
                    null);

    @TempDir private Path folder;

    @Test
    void isReadAsItWasWritten() throws IOException {
        JobRecord ofARun =
                new JobRecord(
                        URI.create("http://127.0.0.1:40001"),
                        "ffeeddccbbaa99887766554433221100",
                        Instant.parse("2026-11-26T23:00:01.5Z"),
                        new JobRecord.LocalProcess("here", 4711));
        for (JobRecord record : List.of(OF_A_CLUSTER, ofARun)) {
            record.write(stateDir());
            assertThat(JobRecord.read(stateDir())).contains(written(record));
        }
        try (Stream<Path> files = Files.list(Path.of(stateDir()))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void isGoneWhenItIsClearedUnlessItIsOfAnotherJob() throws IOException {
        assertThat(JobRecord.read(stateDir())).isEmpty();
        JobRecord.clear(stateDir(), OF_A_CLUSTER.job());
        OF_A_CLUSTER.write(stateDir());
        JobRecord.clear(stateDir(), "ffeeddccbbaa99887766554433221100");
        assertThat(JobRecord.read(stateDir())).contains(written(OF_A_CLUSTER));
        JobRecord.clear(stateDir(), OF_A_CLUSTER.job());
        assertThat(JobRecord.read(stateDir())).isEmpty();
    }

    @Test
    void refusesAFileOfSomebodyElse() throws IOException {
        OF_A_CLUSTER.write(stateDir());
        Path file = Path.of(stateDir(), "job.json");
        for (String text : List.of("", "{", "{\"rest\": \"http://a:1\", \"job\": \"b\"}")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> JobRecord.read(stateDir()))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(
                            "job.json doesn't say where the pipeline runs. Remove that file");
        }
    }

    @Test
    void saysInACopyWhereItWasWritten() throws IOException {
        OF_A_CLUSTER.write(stateDir());
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Files.copy(Path.of(stateDir(), "job.json"), copy.resolve("job.json"));
        assertThat(JobRecord.read(copy.toString())).contains(written(OF_A_CLUSTER));
    }

    private JobRecord written(JobRecord record) {
        return new JobRecord(
                record.rest(),
                record.job(),
                record.started(),
                record.host(),
                record.process(),
                stateDir());
    }

    private String stateDir() {
        return folder.resolve("main").toString();
    }
}

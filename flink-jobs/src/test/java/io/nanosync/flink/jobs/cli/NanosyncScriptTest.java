package io.nanosync.flink.jobs.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When {@code bin/nanosync} builds, and what a build leaves alone. Maven and Java are scripts. */
class NanosyncScriptTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Numbers its builds, and takes its time. */
    private static final String MAVEN =
            """
            #!/bin/sh
            echo one >>builds
            sleep 0.2
            mkdir -p flink-jobs/target/classes flink-jobs/target/distribution/lib
            wc -l <builds >flink-jobs/target/distribution/lib/nanosync.jar
            cp flink-jobs/target/distribution/lib/nanosync.jar flink-jobs/target/nanosync-job.jar
            """;

    /** Says of which build it is; as a run again when it is told to end. */
    private static final String JAVA =
            """
            #!/bin/bash
            if [ "$1" = -XshowSettings:properties ]; then
              echo "    java.specification.version = 17" >&2
              exit
            fi
            while [ "$1" != -cp ]; do shift; done
            jar=${2%%/classes:*}/lib/nanosync.jar
            cat "$jar"
            if [ "$4" = run ]; then
              touch "$PWD/running"
              while [ ! -e "$PWD/end" ]; do sleep 0.05; done
              cat "$jar"
            fi
            """;

    @TempDir private Path project;

    @BeforeEach
    void layOut() throws IOException {
        Path bin = Files.createDirectories(project.resolve("flink-jobs/bin"));
        Files.copy(Path.of("bin/nanosync"), bin.resolve("nanosync"), COPY_ATTRIBUTES);
        Files.createDirectories(project.resolve("flink-jobs/src/main"));
        Files.createFile(project.resolve("pom.xml"));
        Files.createFile(project.resolve("flink-jobs/pom.xml"));
        program("tools/mvn", MAVEN);
        program("jdk/bin/java", JAVA);
        program("jdk/bin/javac", "#!/bin/sh\n");
    }

    @Test
    void twoCommandsThatAreStartedTogetherBuildOnce() throws Exception {
        Process first = start("submit");
        Process second = start("submit");
        assertThat(List.of(said(first), said(second))).containsExactly("1", "1");
        assertThat(said(start("submit"))).isEqualTo("1");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildLeavesTheFilesOfARunAloneUntilItHasEnded() throws Exception {
        Process run = start("run");
        Await.until("it runs", PATIENCE, () -> Files.exists(project.resolve("running")));
        change();
        assertThat(said(start("submit"))).isEqualTo("2");
        assertThat(folders()).isEqualTo(2);
        Files.createFile(project.resolve("end"));
        assertThat(said(run)).isEqualTo("1\n1");
        change();
        assertThat(said(start("submit"))).isEqualTo("3");
        assertThat(folders()).isEqualTo(1);
    }

    @Test
    void commandsThatLookAreContentWithWhatIsBuilt() throws Exception {
        assertThat(said(start("--stacktrace", "list"))).isEqualTo("1");
        change();
        for (String looks : List.of("list", "status", "logs", "metrics", "validate", "--help")) {
            assertThat(said(start(looks))).isEqualTo("1");
        }
        assertThat(said(start("delete"))).isEqualTo("2");
    }

    /** A source that is newer than what was built; clocks of file systems may be coarse. */
    private void change() throws IOException {
        Path source = project.resolve("flink-jobs/src/main/Source.java");
        Files.writeString(source, "");
        FileTime built =
                Files.getLastModifiedTime(
                        project.resolve("flink-jobs/target/builds")
                                .resolve(newest())
                                .resolve("built"));
        Instant later = built.toInstant().plusNanos(1_000_000);
        Files.setLastModifiedTime(source, FileTime.from(later));
    }

    private String newest() throws IOException {
        return Files.readString(project.resolve("flink-jobs/target/builds/newest")).strip();
    }

    private long builds() throws IOException {
        try (Stream<String> lines = Files.lines(project.resolve("builds"))) {
            return lines.count();
        }
    }

    private long folders() throws IOException {
        try (Stream<Path> entries = Files.list(project.resolve("flink-jobs/target/builds"))) {
            return entries.filter(Files::isDirectory).count();
        }
    }

    private void program(String path, String text) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(project.resolve("flink-jobs/bin/nanosync").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(project.toFile());
        builder.environment().put("JAVA_HOME", project.resolve("jdk").toString());
        builder.environment()
                .merge("PATH", "", (path, none) -> project.resolve("tools") + ":" + path);
        builder.redirectError(project.resolve("err.txt").toFile());
        return builder.start();
    }

    private String said(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(project.resolve("err.txt"))).isZero();
        return out.strip();
    }
}

package io.nanosync.flink.jobs.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command of the image over the jars that the image has: the job's, and Flink's own. */
@Tag("packaged")
class ImageCommandITCase {

    @TempDir private Path flink;

    @Test
    void asksAboutThePipelinesOfTheComposeFile() throws Exception {
        Path target = Path.of("target").toAbsolutePath();
        Files.createDirectories(flink.resolve("usrlib"));
        Files.createSymbolicLink(
                flink.resolve("usrlib/nanosync-job.jar"), target.resolve("nanosync-job.jar"));
        Files.createSymbolicLink(flink.resolve("lib"), target.resolve("flink/lib"));
        Files.createDirectories(flink.resolve("conf"));
        Files.writeString(flink.resolve("conf/config.yaml"), "");
        Files.createDirectories(flink.resolve("plugins"));
        assertThat(said("list", "-f", pipelines())).endsWith("orders  not running\n");
        assertThat(said("--help")).contains("Usage: nanosync", " version \"");
    }

    /** That of the compose file, with its state elsewhere. */
    private String pipelines() throws IOException {
        return Files.writeString(
                        flink.resolve("pipelines.yaml"),
                        DockerFolder.text("pipelines.yaml")
                                .replace("file:///opt/nanosync", flink.toUri().toString()))
                .toString();
    }

    private String said(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(DockerFolder.path("nanosync").toString());
        command.command().addAll(List.of(arguments));
        command.environment().put("FLINK_HOME", flink.toString());
        command.environment().put("NANOSYNC_PASSWORD", "secret");
        command.environment().put("NANOSYNC_JAVA_OPTS", "-showversion -Xmx512m");
        command.redirectErrorStream(true);
        Process process = command.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

package io.nanosync.flink.jobs.history.broken;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The adversary finds what it is there to find, and finds nothing where nothing is. */
@Tag("chaos")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class BrokenBuildsITCase {

    @TempDir private Path folder;

    /** All, or those named by {@code -Dbroken}, separated by commas. */
    static List<Broken> mistakes() {
        String names = System.getProperty("broken");
        return names == null
                ? List.of(Broken.values())
                : Stream.of(names.split(",")).map(Broken::valueOf).toList();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isFound(Broken broken) throws Exception {
        Path classes = BrokenBuild.of(broken, folder);
        String output =
                ChildHistory.run(broken, classes, Files.createDirectory(folder.resolve("w")));
        System.out.println(output);
        assertThat(output).contains("FOUND " + broken.shownAs());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isNotThereInTheProduct(Broken broken) throws Exception {
        String output = ChildHistory.run(broken, null, folder);
        assertThat(output).contains("ALL KEPT");
    }
}

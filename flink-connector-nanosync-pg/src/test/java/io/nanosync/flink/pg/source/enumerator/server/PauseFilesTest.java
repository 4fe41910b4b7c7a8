package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.Configs;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a paused pipeline and whoever operates it leave for each other. */
final class PauseFilesTest {

    private static final DriftReport ACCEPTABLE =
            new DriftReport("7-1", "public.t", "column \"c\" is new", true);
    private static final DriftReport NO_MORE =
            new DriftReport("7-1", "public.t", "the type of column \"c\" was dropped", false);

    @TempDir private Path folder;

    /** Nobody would be told what the pipeline waits for, which may be for ever. */
    @Test
    void driftThatWasAcceptedAndCannotBeAnyMoreIsToldAgain() throws IOException {
        PauseFiles files = files();
        files.pause(ACCEPTABLE);
        files.accept(ACCEPTABLE);
        assertThat(files.isAccepted(ACCEPTABLE)).isTrue();
        files.removePauses();
        assertThat(files.isAccepted(NO_MORE)).isFalse();
        files.pause(NO_MORE);
        assertThat(files.waiting()).containsExactly(NO_MORE);
    }

    private PauseFiles files() {
        return new PauseFiles(
                Configs.withStateDir(
                        Configs.ofNoServer("pauses", new StartupMode.Initial(), "public.t"),
                        folder.toUri().toString()));
    }
}

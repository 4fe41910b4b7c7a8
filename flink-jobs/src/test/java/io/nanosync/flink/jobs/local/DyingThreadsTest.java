package io.nanosync.flink.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DyingThreadsTest {

    @TempDir private Path folder;

    @Test
    void threadThatRunsOutOfMemoryEndsTheProcess() throws Exception {
        ChildJvm.Outcome outcome = run("memory");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .startsWith(
                        "nanosync: thread hungry ended: java.lang.OutOfMemoryError: for the test."
                                + " The heap is ")
                .contains("NANOSYNC_JAVA_OPTS=-Xmx");
    }

    @Test
    void anotherErrorGoesToTheLog() throws Exception {
        ChildJvm.Outcome outcome = run("another");
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output()).isEmpty();
        assertThat(Files.readString(folder.resolve("log.txt")))
                .contains("Thread hungry ended")
                .contains("IllegalStateException: for the test");
    }

    private ChildJvm.Outcome run(String what) throws Exception {
        return ChildJvm.run(Dying.class, "128m", folder.resolve("log.txt").toString(), what);
    }

    /** Has a thread that dies, and goes on itself for ever where that is of memory. */
    static final class Dying {

        private Dying() {}

        public static void main(String[] arguments) throws Exception {
            Logs.to(Path.of(arguments[0]));
            boolean memory = arguments[1].equals("memory");
            Thread hungry =
                    new Thread(
                            () -> {
                                if (memory) {
                                    throw new OutOfMemoryError("for the test");
                                }
                                throw new IllegalStateException("for the test");
                            },
                            "hungry");
            hungry.start();
            hungry.join();
            if (memory) {
                new CountDownLatch(1).await();
            }
        }
    }
}

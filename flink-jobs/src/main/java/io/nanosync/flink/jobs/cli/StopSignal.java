package io.nanosync.flink.jobs.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM. The signal completes {@link #requested}; the process then lives on until the
 * run has closed everything, at most {@value #PATIENCE_SECONDS} seconds, and ends with its exit
 * code.
 */
final class StopSignal implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::waitForEnd, "nanosync-stop");
    private volatile int exitCode = 1;

    private StopSignal() {}

    static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    CompletableFuture<Void> requested() {
        return requested;
    }

    /** Says with which code the process is to end. */
    void done(int code) {
        exitCode = code;
    }

    private void waitForEnd() {
        requested.complete(null);
        boolean inTime = false;
        try {
            inTime = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The main thread can't set the exit code any more: System.exit waits for this hook.
        Runtime.getRuntime().halt(inTime ? exitCode : 1);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException signalled) {
            // The hook runs already and ends the process.
            requested.complete(null);
        }
    }
}

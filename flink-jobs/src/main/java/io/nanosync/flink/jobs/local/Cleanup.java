package io.nanosync.flink.jobs.local;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something that has to be done once at the end: when this object is closed, or when the process
 * ends before that.
 */
final class Cleanup implements AutoCloseable {

    private final Runnable action;
    private final Thread hook;
    private final AtomicBoolean done = new AtomicBoolean();

    Cleanup(String what, Runnable action) {
        this.action = action;
        this.hook = new Thread(this::once, what);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void once() {
        if (done.compareAndSet(false, true)) {
            action.run();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException processIsEnding) {
            // The hook is at it.
            return;
        }
        once();
    }
}

package io.nanosync.flink.jobs.local;

import org.slf4j.LoggerFactory;

/**
 * What happens when an error ends a thread: it goes to the log, and when it is one of the JVM
 * itself, as {@link OutOfMemoryError}, the process ends too, since nobody knows what the thread
 * left undone. An error that its task catches ends that task alone: Flink starts the job again, and
 * a row that is too large gets a message of its own.
 */
public final class DyingThreads {

    private DyingThreads() {}

    static void watch() {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> {
                    if (failure instanceof VirtualMachineError error) {
                        endProcess(thread, error);
                    }
                    LoggerFactory.getLogger(DyingThreads.class)
                            .error("Thread {} ended", thread.getName(), failure);
                });
    }

    /** Ends the process with code 1: says why, and runs nothing more. */
    public static void endProcess(Thread thread, VirtualMachineError error) {
        try {
            System.err.println(
                    "nanosync: thread "
                            + thread.getName()
                            + " ended: "
                            + error
                            + ". The heap is "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB. Give the process more: NANOSYNC_JAVA_OPTS=-Xmx8g");
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}

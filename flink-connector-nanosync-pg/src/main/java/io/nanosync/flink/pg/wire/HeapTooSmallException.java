package io.nanosync.flink.pg.wire;

/**
 * A row is too large for the JVM's heap. Thrown where the memory for it couldn't be had, so the
 * process is well otherwise; the same row comes again after a restart.
 */
public final class HeapTooSmallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private HeapTooSmallException(String message, OutOfMemoryError cause) {
        super(message, cause);
    }

    /**
     * The exception.
     *
     * @param what what there was no memory for, with its size where that is known: begins the
     *     message
     */
    public static HeapTooSmallException of(String what, OutOfMemoryError cause) {
        return new HeapTooSmallException(
                what
                        + " doesn't fit into the heap, which is "
                        + megabytes(Runtime.getRuntime().maxMemory())
                        + " in all; a row takes about four times its size on its way. Give the"
                        + " process more: NANOSYNC_JAVA_OPTS=-Xmx8g for the nanosync command,"
                        + " taskmanager.memory.task.heap.size on a cluster",
                cause);
    }

    /** A size for people. */
    public static String megabytes(long bytes) {
        return ((bytes + (1 << 20) - 1) >> 20) + " MB";
    }
}

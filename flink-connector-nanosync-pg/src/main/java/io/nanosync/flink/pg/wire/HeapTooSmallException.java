package io.nanosync.flink.pg.wire;

/**
 * There was no memory for a row. Thrown where the memory for it couldn't be had, so the process is
 * well otherwise. The same row comes again after a restart.
 */
public final class HeapTooSmallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A row is in memory as the driver has it, in a vector, and in the encoded batch. */
    private static final int COPIES = 3;

    private final boolean fitsNever;

    private HeapTooSmallException(String message, boolean fitsNever, OutOfMemoryError cause) {
        super(message, cause);
        this.fitsNever = fitsNever;
    }

    /**
     * The exception for something of known size.
     *
     * @param what what there was no memory for, with its size: begins the message
     * @param bytes about how large the row is
     */
    public static HeapTooSmallException of(String what, long bytes, OutOfMemoryError cause) {
        return of(what, bytes > Runtime.getRuntime().maxMemory() / COPIES, cause);
    }

    /**
     * The exception for something of which nobody knows more than that what is free now isn't
     * enough for one copy of it; the garbage was collected just before. When that is more than half
     * of the heap three copies don't fit into all of it, and what lies between other things isn't
     * to blame.
     *
     * @param what what there was no memory for: begins the message
     */
    public static HeapTooSmallException of(String what, OutOfMemoryError cause) {
        Runtime heap = Runtime.getRuntime();
        long free = heap.maxMemory() - heap.totalMemory() + heap.freeMemory();
        return of(what, free > heap.maxMemory() / 2, cause);
    }

    private static HeapTooSmallException of(
            String what, boolean fitsNever, OutOfMemoryError cause) {
        return new HeapTooSmallException(
                what
                        + (fitsNever
                                ? " doesn't fit into the heap, which is "
                                : " found no place in the heap beside what else is there; it is ")
                        + megabytes(Runtime.getRuntime().maxMemory())
                        + " in all; a row takes about four times its size on its way. Give the"
                        + " process more: NANOSYNC_JAVA_OPTS=-Xmx8g for the nanosync command,"
                        + " taskmanager.memory.task.heap.size on a cluster",
                fitsNever,
                cause);
    }

    /** Whether the row is too large for the heap even if nothing else were there. */
    public boolean fitsNever() {
        return fitsNever;
    }

    /** A size for people. */
    public static String megabytes(long bytes) {
        return ((bytes + (1 << 20) - 1) >> 20) + " MB";
    }
}

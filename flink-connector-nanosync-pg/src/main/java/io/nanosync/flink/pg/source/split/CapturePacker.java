package io.nanosync.flink.pg.source.split;

import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes packed captures, and keeps the last one: it is written again at each checkpoint, and
 * packing ten thousand tables takes a while.
 */
public final class CapturePacker {

    private @Nullable PackedCapture last;
    private byte[] packed = new byte[0];

    /** Writes what {@link PackedCapture#read} reads. */
    public synchronized void write(DataOutput out, PackedCapture capture) throws IOException {
        if (!capture.equals(last)) {
            packed = capture.packed();
            last = capture;
        }
        out.writeInt(packed.length);
        out.write(packed);
    }
}

package io.nanosync.flink.pg.source.split;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what may be of ten thousand tables: its length in bytes, then its form, deflated. Keeps
 * the last one: it is written again at each checkpoint, and packing takes a while.
 *
 * @param <T> what is written
 */
public final class Packer<T> {

    private final Form<T> form;
    private @Nullable T last;
    private byte[] packed = new byte[0];

    /**
     * The form of a value before it is deflated.
     *
     * @param <T> the value's type
     */
    @FunctionalInterface
    public interface Form<T> {
        void write(DataOutput out, T value) throws IOException;
    }

    public Packer(Form<T> form) {
        this.form = form;
    }

    /** Writes what {@link #unpack} reads. */
    public synchronized void write(DataOutput out, T value) throws IOException {
        if (!value.equals(last)) {
            packed = pack(value);
            last = value;
        }
        out.writeInt(packed.length);
        out.write(packed);
    }

    private byte[] pack(T value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            form.write(out, value);
        }
        return bytes.toByteArray();
    }

    /** Gives the form of what was written; nothing may be left behind it. */
    public static DataInputStream unpack(DataInput in) throws IOException {
        byte[] packed = new byte[in.readInt()];
        in.readFully(packed);
        return new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)));
    }
}

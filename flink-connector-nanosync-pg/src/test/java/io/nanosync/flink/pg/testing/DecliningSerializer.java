package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes an int, or fails while it is told to. State is written in the asynchronous part of a
 * checkpoint, where a failure declines the checkpoint; in the other it would fail the task.
 */
public final class DecliningSerializer extends TypeSerializer<Integer> {

    private static final long serialVersionUID = 1L;

    /** By name: whether checkpoints are declined now. */
    private static final Map<String, AtomicBoolean> DECLINES = new ConcurrentHashMap<>();

    private static final AtomicLong DECLINED = new AtomicLong();

    private final String name;

    /**
     * @param name of the switch that {@link #declineWhile} was given
     */
    public DecliningSerializer(String name) {
        this.name = name;
    }

    /** While this is true, serializers of the name decline checkpoints. */
    public static void declineWhile(String name, AtomicBoolean declined) {
        DECLINES.put(name, declined);
    }

    /** How many checkpoints were declined in this JVM. */
    public static long declined() {
        return DECLINED.get();
    }

    @Override
    public void serialize(Integer value, DataOutputView out) throws IOException {
        if (DECLINES.get(name).get()) {
            DECLINED.incrementAndGet();
            throw new IOException("The test declines checkpoints");
        }
        out.writeInt(value);
    }

    @Override
    public Integer deserialize(DataInputView in) throws IOException {
        return in.readInt();
    }

    @Override
    public Integer deserialize(Integer reuse, DataInputView in) throws IOException {
        return in.readInt();
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        out.writeInt(in.readInt());
    }

    @Override
    public Integer copy(Integer from) {
        return from;
    }

    @Override
    public Integer copy(Integer from, Integer reuse) {
        return from;
    }

    @Override
    public Integer createInstance() {
        return 0;
    }

    @Override
    public int getLength() {
        return Integer.BYTES;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializer<Integer> duplicate() {
        return this;
    }

    @Override
    public TypeSerializerSnapshot<Integer> snapshotConfiguration() {
        return new SnapshotAsInt();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecliningSerializer that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Restores as plain ints. */
    public static final class SnapshotAsInt extends SimpleTypeSerializerSnapshot<Integer> {
        public SnapshotAsInt() {
            super(() -> IntSerializer.INSTANCE);
        }
    }
}

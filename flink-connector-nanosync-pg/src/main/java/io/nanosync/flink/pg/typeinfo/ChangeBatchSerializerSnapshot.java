package io.nanosync.flink.pg.typeinfo;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What Flink writes into a savepoint of {@link ChangeBatchSerializer}: nothing but the version,
 * since each batch names its own format.
 */
public final class ChangeBatchSerializerSnapshot implements TypeSerializerSnapshot<ChangeBatch> {

    private static final int VERSION = 1;

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView target) {}

    @Override
    public void readSnapshot(int version, DataInputView source, ClassLoader classLoader)
            throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "Cannot restore the serializer of change batches: expected version "
                            + VERSION
                            + ", found "
                            + version
                            + ". The savepoint was written by a newer version of this connector");
        }
    }

    @Override
    public TypeSerializer<ChangeBatch> restoreSerializer() {
        return new ChangeBatchSerializer();
    }

    @Override
    public TypeSerializerSchemaCompatibility<ChangeBatch> resolveSchemaCompatibility(
            TypeSerializerSnapshot<ChangeBatch> old) {
        return old instanceof ChangeBatchSerializerSnapshot
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }
}

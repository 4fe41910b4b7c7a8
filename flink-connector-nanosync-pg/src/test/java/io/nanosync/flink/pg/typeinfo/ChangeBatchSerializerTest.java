package io.nanosync.flink.pg.typeinfo;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Flink's own tests of serializers. */
class ChangeBatchSerializerTest extends SerializerTestBase<ChangeBatch> {

    @Override
    protected TypeSerializer<ChangeBatch> createSerializer() {
        return new ChangeBatchSerializer();
    }

    @Override
    protected int getLength() {
        return -1;
    }

    @Override
    protected Class<ChangeBatch> getTypeClass() {
        return ChangeBatch.class;
    }

    @Override
    protected ChangeBatch[] getTestData() {
        return new ChangeBatch[] {
            TestBatches.snapshot(),
            TestBatches.changes(),
            TestBatches.ofAnotherTable(),
            TestBatches.snapshot()
        };
    }

    /** There is no empty batch. */
    @Override
    protected boolean allowNullInstances(TypeSerializer<ChangeBatch> serializer) {
        return true;
    }
}

package io.nanosync.flink.pg.typeinfo;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** The type of {@code DataStream<ChangeBatch>}. Batches are no keys. */
public final class ChangeBatchTypeInfo extends TypeInformation<ChangeBatch> {

    /** The one instance; those that Flink deserializes are equal to it. */
    public static final ChangeBatchTypeInfo INSTANCE = new ChangeBatchTypeInfo();

    private static final long serialVersionUID = 1L;

    private ChangeBatchTypeInfo() {}

    @Override
    public TypeSerializer<ChangeBatch> createSerializer(SerializerConfig config) {
        return new ChangeBatchSerializer();
    }

    /**
     * The same for Flink 1.20, where this is the method to implement; Flink 2.0 doesn't have it, so
     * it overrides nothing there.
     */
    public TypeSerializer<ChangeBatch> createSerializer(ExecutionConfig config) {
        return new ChangeBatchSerializer();
    }

    @Override
    public Class<ChangeBatch> getTypeClass() {
        return ChangeBatch.class;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public String toString() {
        return "ChangeBatch";
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof ChangeBatchTypeInfo;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeBatchTypeInfo;
    }

    @Override
    public int hashCode() {
        return ChangeBatchTypeInfo.class.hashCode();
    }
}

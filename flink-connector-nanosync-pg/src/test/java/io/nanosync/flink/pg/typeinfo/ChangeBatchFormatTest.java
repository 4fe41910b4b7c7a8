package io.nanosync.flink.pg.typeinfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class ChangeBatchFormatTest {

    private final ChangeBatchSerializer serializer = new ChangeBatchSerializer();

    @Test
    void keepsEveryPartOfABatch() throws IOException {
        for (ChangeBatch batch :
                new ChangeBatch[] {
                    TestBatches.snapshot(),
                    TestBatches.changes(),
                    TestBatches.changes().from(new Timeline(-5, 2, new Lsn(-6))),
                    TestBatches.changes().from(Timeline.numbered(-5, 2))
                }) {
            ChangeBatch read = read(serializer, write(batch));
            assertThat(read).isEqualTo(batch);
            assertThat(read.schema().arrow()).isEqualTo(batch.schema().arrow());
        }
    }

    @Test
    void sharesTheSchemaAmongBatchesOfATable() throws IOException {
        byte[] bytes = write(TestBatches.snapshot());
        ChangeBatch first = read(serializer, bytes);
        assertThat(read(serializer, bytes).schema()).isSameAs(first.schema());
        assertThat(read(serializer, write(TestBatches.ofAnotherTable())).schema())
                .isNotEqualTo(first.schema());
        assertThat(read(serializer.duplicate(), bytes).schema())
                .isEqualTo(first.schema())
                .isNotSameAs(first.schema());
    }

    @Test
    void remembersABoundedNumberOfSchemas() {
        ChangeSchema notes = TestBatches.snapshot().schema();
        ChangeSchema other = TestBatches.ofAnotherTable().schema();
        SchemaCache cache = new SchemaCache(1);
        cache.add(notes);
        assertThat(cache.find(notes.fingerprint())).isSameAs(notes);
        cache.add(other);
        assertThat(cache.find(notes.fingerprint())).isNull();
        assertThat(cache.find(other.fingerprint())).isSameAs(other);
    }

    @Test
    void writesTheDocumentedFormat() throws IOException {
        ChangeBatch batch = TestBatches.changes().from(new Timeline(-5, 3, new Lsn(-6)));
        ByteBuffer bytes = ByteBuffer.wrap(write(batch));
        assertThat(bytes.get()).isEqualTo((byte) 2);
        assertThat(bytes.getLong()).isEqualTo(batch.schema().fingerprint());
        byte[] schema = new byte[bytes.getInt()];
        bytes.get(schema);
        assertThat(schema).isEqualTo(batch.schema().ipc());
        assertThat(bytes.getInt()).isEqualTo(2);
        assertThat(bytes.getLong()).isEqualTo(1);
        assertThat(bytes.getLong()).isEqualTo(2);
        assertThat(bytes.get()).isEqualTo((byte) (2 + 4 + 8));
        assertThat(bytes.getLong()).isEqualTo(-5);
        assertThat(bytes.getInt()).isEqualTo(3);
        assertThat(bytes.getLong()).isEqualTo(-6);
        assertThat(bytes.getInt())
                .isEqualTo(batch.recordBatch().length)
                .isEqualTo(bytes.remaining());
    }

    /** As it may be on its way in an unaligned checkpoint of an earlier release. */
    @Test
    void readsTheFormatWithoutTimeline() throws IOException {
        ChangeBatch batch = TestBatches.changes();
        DataOutputSerializer out = new DataOutputSerializer(512);
        out.writeByte(1);
        out.writeLong(batch.schema().fingerprint());
        out.writeInt(batch.schema().ipc().length);
        out.write(batch.schema().ipc());
        out.writeInt(batch.rowCount());
        out.writeLong(batch.first().value());
        out.writeLong(batch.last().value());
        out.writeByte(batch.transactionEnd() ? 2 : 0);
        out.writeInt(batch.recordBatch().length);
        out.write(batch.recordBatch());
        byte[] bytes = out.getCopyOfBuffer();
        assertThat(read(serializer, bytes)).isEqualTo(batch);
        DataOutputSerializer copy = new DataOutputSerializer(bytes.length);
        serializer.copy(new DataInputDeserializer(bytes), copy);
        assertThat(copy.getCopyOfBuffer()).isEqualTo(bytes);
    }

    @Test
    void refusesAnotherFormat() throws IOException {
        byte[] bytes = write(TestBatches.changes());
        bytes[0] = 3;
        assertThatThrownBy(() -> read(serializer, bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected format 1 or 2, found 3");
        assertThatThrownBy(
                        () ->
                                serializer.copy(
                                        new DataInputDeserializer(bytes),
                                        new DataOutputSerializer(64)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected format 1 or 2, found 3");
    }

    @Test
    void refusesASchemaThatIsNotTheOneItSays() throws IOException {
        byte[] bytes = write(TestBatches.changes());
        bytes[5] ^= 1;
        assertThatThrownBy(() -> read(serializer, bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its schema has fingerprint");
    }

    @Test
    void refusesNegativeLengths() throws IOException {
        byte[] bytes = write(TestBatches.changes());
        bytes[9] = -1;
        assertThatThrownBy(() -> read(serializer, bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a length of at least 0");
    }

    @Test
    void restoresFromItsSnapshot() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<ChangeBatch> restored =
                TypeSerializerSnapshot.readVersionedSnapshot(
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        getClass().getClassLoader());
        assertThat(
                        serializer
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(restored)
                                .isCompatibleAsIs())
                .isTrue();
        ChangeBatch batch = TestBatches.changes();
        assertThat(read(restored.restoreSerializer(), write(batch))).isEqualTo(batch);
    }

    @Test
    void refusesSnapshotsOfOtherSerializersAndOfNewerVersions() {
        ChangeBatchSerializerSnapshot snapshot = new ChangeBatchSerializerSnapshot();
        assertThat(snapshot.resolveSchemaCompatibility(foreign()).isIncompatible()).isTrue();
        assertThatThrownBy(
                        () ->
                                snapshot.readSnapshot(
                                        2,
                                        new DataInputDeserializer(new byte[0]),
                                        getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected version 1, found 2");
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static TypeSerializerSnapshot<ChangeBatch> foreign() {
        return (TypeSerializerSnapshot) IntSerializer.INSTANCE.snapshotConfiguration();
    }

    @Test
    void isMadeByBothFormsOfTheFactoryMethod() {
        ChangeBatchTypeInfo type = ChangeBatchTypeInfo.INSTANCE;
        assertThat(type.createSerializer(new SerializerConfigImpl())).isEqualTo(serializer);
        assertThat(type.createSerializer(new ExecutionConfig())).isEqualTo(serializer);
    }

    private byte[] write(ChangeBatch batch) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        serializer.serialize(batch, out);
        return out.getCopyOfBuffer();
    }

    private static ChangeBatch read(TypeSerializer<ChangeBatch> serializer, byte[] bytes)
            throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        ChangeBatch batch = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        return batch;
    }
}

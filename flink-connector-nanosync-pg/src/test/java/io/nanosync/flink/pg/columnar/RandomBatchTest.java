package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTuples.UNCHANGED;
import static io.nanosync.flink.pg.columnar.TestTuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Random batches read the same by the row view, by Arrow's deserializer and its stream reader. */
class RandomBatchTest {

    @Property(tries = 100)
    void changesReadTheSameInEveryWay(
            @ForAll long seed,
            @ForAll ReplicaIdentity identity,
            @ForAll @IntRange(min = 1, max = 200) int rows) {
        Random random = new Random(seed);
        ChangeBatchBuilder builder =
                new ChangeBatchBuilder(TestTables.notes(identity), Unrepresentable.failing());
        builder.transaction(new Lsn(random.nextLong()), random.nextLong(), random.nextInt());
        // Twice, because the builder is reused.
        check(fill(builder, random, rows));
        check(fill(builder, random, rows));
    }

    private static ChangeBatch fill(ChangeBatchBuilder builder, Random random, int rows) {
        for (int i = 0; i < rows; i++) {
            switch (random.nextInt(6)) {
                case 0 -> builder.insert(i, notes(random, false));
                case 1 -> builder.update(i, (char) 0, null, notes(random, true));
                case 2 -> builder.update(i, 'K', notes(random, false), notes(random, true));
                case 3 -> builder.update(i, 'O', notes(random, false), notes(random, true));
                case 4 -> builder.delete(i, notes(random, false));
                default -> builder.truncate(i);
            }
            if (random.nextInt(10) == 0) {
                builder.transaction(
                        new Lsn(random.nextLong()), random.nextLong(), random.nextInt());
            }
        }
        ChangeBatch batch = builder.build();
        return random.nextBoolean() ? batch.endingTransaction() : batch;
    }

    private static TupleSlice notes(Random random, boolean toast) {
        Object note =
                switch (random.nextInt(3)) {
                    case 0 -> null;
                    case 1 -> toast ? UNCHANGED : "";
                    default -> "n".repeat(random.nextInt(30));
                };
        return tuple(Long.toString(random.nextLong()), note);
    }

    @Property(tries = 60)
    void snapshotRowsOfEveryTypeReadTheSameInEveryWay(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int rows) {
        Random random = new Random(seed);
        ChangeBatchBuilder builder =
                new ChangeBatchBuilder(TestTables.EVERYTHING, Unrepresentable.failing());
        for (int i = 0; i < rows; i++) {
            builder.snapshotRow(new Lsn(7), everything(random));
        }
        check(builder.build());
    }

    private static TupleSlice everything(Random random) {
        @Nullable Object[] values = {
            binary(1).put((byte) random.nextInt(2)).array(),
            binary(2).putShort((short) random.nextInt()).array(),
            binary(4).putInt(random.nextInt()).array(),
            binary(8).putLong(random.nextLong()).array(),
            binary(4).putInt(random.nextInt()).array(),
            binary(4).putFloat(random.nextFloat()).array(),
            binary(8).putDouble(random.nextGaussian()).array(),
            BigDecimal.valueOf(random.nextInt(), 2).toString(),
            new BigDecimal(new BigInteger(180, random), 5).toPlainString(),
            bytes(random, random.nextInt(20)),
            binary(4).putInt(random.nextInt(4_000_000) - 2_000_000).array(),
            binary(8).putLong((long) (random.nextDouble() * 86_400_000_000L)).array(),
            binary(8).putLong(random.nextLong() >> 10).array(),
            binary(8).putLong(random.nextLong() >> 10).array(),
            bytes(random, 16),
            "text".repeat(random.nextInt(10))
        };
        for (int i = 0; i < values.length; i++) {
            if (random.nextInt(5) == 0) {
                values[i] = null;
            }
        }
        return tuple(values);
    }

    private static ByteBuffer binary(int length) {
        return ByteBuffer.allocate(length);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void check(ChangeBatch batch) {
        assertThat(BatchText.rows(batch))
                .hasSize(batch.rowCount())
                .isEqualTo(BatchText.opened(batch))
                .isEqualTo(BatchText.streamed(batch));
        assertThat(batch.recordBatch().length % 8).isZero();
    }
}

package io.nanosync.flink.pg.columnar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.decoder.UnrepresentableValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ColumnVectorTest {

    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    /** Runs of values (even) and nulls (odd), so that every edge of a bitmap's byte is met. */
    @Property(tries = 300)
    void holdsRunsOfValuesAndNulls(
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 40) Integer> runs) {
        FixedWidthVector numbers = new FixedWidthVector(Long.BYTES);
        VarWidthVector texts = new VarWidthVector();
        BitVector bits = new BitVector();
        for (int round = 0; round < 2; round++) {
            List<@Nullable Object> expectedNumbers = new ArrayList<>();
            List<@Nullable Object> expectedTexts = new ArrayList<>();
            List<@Nullable Object> expectedBits = new ArrayList<>();
            for (int run = 0; run < runs.size(); run++) {
                int length = runs.get(run);
                boolean valid = (run + round) % 2 == 0;
                if (valid) {
                    numbers.appendLongs(run, length);
                } else {
                    numbers.appendNulls(length);
                    texts.appendNulls(length);
                    bits.appendNulls(length);
                }
                for (int i = 0; i < length; i++) {
                    if (valid) {
                        byte[] text = Integer.toString(run).getBytes(StandardCharsets.UTF_8);
                        texts.append(text, 0, text.length);
                        bits.append(i % 3 == 0);
                    }
                    expectedNumbers.add(valid ? (long) run : null);
                    expectedTexts.add(valid ? Integer.toString(run) : null);
                    expectedBits.add(valid ? i % 3 == 0 : null);
                }
            }
            assertThat(VectorContents.of(numbers, INT64)).isEqualTo(expectedNumbers);
            assertThat(VectorContents.of(texts, ArrowType.Utf8.INSTANCE)).isEqualTo(expectedTexts);
            assertThat(VectorContents.of(bits, ArrowType.Bool.INSTANCE)).isEqualTo(expectedBits);
            numbers.reset();
            texts.reset();
            bits.reset();
            assertThat(numbers.count() + texts.count() + bits.count()).isZero();
        }
    }

    @Test
    void growsBeyondItsFirstMemory() {
        FixedWidthVector shorts = new FixedWidthVector(Short.BYTES);
        FixedWidthVector ints = new FixedWidthVector(Integer.BYTES);
        FixedWidthVector wides = new FixedWidthVector(16);
        FixedWidthVector bytes = new FixedWidthVector(16);
        BitVector bits = new BitVector();
        List<@Nullable Object> numbers = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            shorts.appendShort((short) i);
            ints.appendInt(i);
            wides.appendWide(-i);
            bytes.appendBytes(ByteBuffer.allocate(24).putLong(0).putLong(-1).putLong(i).array(), 8);
            bits.append(true);
            numbers.add((long) i);
        }
        assertThat(VectorContents.of(shorts, new ArrowType.Int(16, true))).isEqualTo(numbers);
        assertThat(VectorContents.of(ints, new ArrowType.Int(32, true))).isEqualTo(numbers);
        assertThat(VectorContents.of(wides, new ArrowType.Decimal(38, 0, 128)).get(4999))
                .hasToString("-4999");
        assertThat(VectorContents.of(bytes, new ArrowType.FixedSizeBinary(16)).get(4999))
                .isEqualTo(List.of(-1L, 4999L));
        assertThat(VectorContents.of(bits, ArrowType.Bool.INSTANCE)).containsOnly(true);
    }

    @Test
    void takesTextPieceByPiece() {
        VarWidthVector vector = new VarWidthVector();
        vector.begin();
        vector.write('a');
        vector.write("bcd".getBytes(StandardCharsets.UTF_8), 1, 2);
        vector.write(ByteBuffer.wrap("xyz".getBytes(StandardCharsets.UTF_8)), 2, 1);
        vector.end();
        vector.append(ByteBuffer.wrap(new byte[40_000]), 0, 40_000);
        List<@Nullable Object> values = VectorContents.of(vector, ArrowType.Utf8.INSTANCE);
        assertThat(values.get(0)).isEqualTo("acdz");
        assertThat(values.get(1)).isEqualTo("\0".repeat(40_000));
        assertThat(vector.variableBytes()).isEqualTo(40_004);
    }

    @Test
    void refusesMoreThanTwoGibibytesInOneColumn() {
        VarWidthVector vector = new VarWidthVector();
        vector.append(new byte[1], 0, 1);
        assertThatThrownBy(() -> vector.write(new byte[0], 0, Integer.MAX_VALUE))
                .isInstanceOf(UnrepresentableValueException.class)
                .hasMessageContaining("would exceed 2 GiB");
    }
}

package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTables.EVERYTHING;
import static io.nanosync.flink.pg.columnar.TestTuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.wal.Lsn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowImageTest {

    private static final String UUID_TEXT = "00112233-4455-6677-8899-aabbccddeeff";

    @Test
    void readsEveryTypeAsItsNaturalObject() {
        RowImage row = everything();
        Object[] expected = {
            true,
            (short) -2,
            -3,
            -4L,
            4294967295L,
            1.5f,
            -2.5d,
            new BigDecimal("-12345.67"),
            new BigDecimal("-123456789012345678901234567890.12345"),
            new byte[] {1, -1},
            LocalDate.of(1999, 12, 31),
            LocalTime.of(23, 59, 59, 999_999_000),
            LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
            Instant.parse("2026-11-22T01:02:03.000004Z"),
            UUID.fromString(UUID_TEXT),
            "Grüße"
        };
        assertThat(row.size()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(row.isNull(i)).isFalse();
            assertThat(row.value(i)).as(row.name(i)).isEqualTo(expected[i]);
        }
        assertThat(row.value("a_text")).isEqualTo("Grüße");
    }

    @Test
    void readsPrimitives() {
        RowImage row = everything();
        assertThat(row.booleanValue(0)).isTrue();
        assertThat(row.intValue(1)).isEqualTo(-2);
        assertThat(row.longValue(1)).isEqualTo(-2);
        assertThat(row.intValue(2)).isEqualTo(-3);
        assertThat(row.longValue(2)).isEqualTo(-3);
        assertThat(row.longValue(3)).isEqualTo(-4);
        assertThat(row.intValue(4)).isEqualTo(-1);
        assertThat(row.longValue(4)).isEqualTo(4294967295L);
        assertThat(row.floatValue(5)).isEqualTo(1.5f);
        assertThat(row.doubleValue(5)).isEqualTo(1.5d);
        assertThat(row.doubleValue(6)).isEqualTo(-2.5d);
        assertThat(row.intValue(10)).isEqualTo(10956);
        assertThat(row.longValue(10)).isEqualTo(10956);
        assertThat(row.longValue(11)).isEqualTo(86_399_999_999L);
        assertThat(row.longValue(12)).isEqualTo(-1);
        assertThat(row.bytesValue(15)).isEqualTo("Grüße".getBytes(StandardCharsets.UTF_8));
        assertThat(row.bytesValue(14)).hasSize(16).startsWith(0x00, 0x11).endsWith(0xEE, 0xFF);
    }

    @Test
    void knowsNulls() {
        RowImage row = after(new Object[16]);
        for (int i = 0; i < row.size(); i++) {
            assertThat(row.isNull(i)).isTrue();
            assertThat(row.value(i)).isNull();
        }
    }

    @Test
    void givesTimesThatJavaCannotHoldInArrowsUnit() {
        Object[] values = new Object[16];
        values[10] = "infinity";
        values[11] = "24:00:00";
        values[12] = "-infinity";
        values[13] = "infinity";
        RowImage row = after(values);
        assertThat(row.value(10)).isEqualTo(Integer.MAX_VALUE);
        assertThat(row.value(11)).isEqualTo(86_400_000_000L);
        assertThat(row.value(12)).isEqualTo(Long.MIN_VALUE);
        assertThat(row.value(13)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusesAnAccessorThatDoesNotFit() {
        RowImage row = everything();
        assertThatThrownBy(() -> row.longValue(15))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Column \"a_text\" is Utf8 and can't be read with longValue");
        assertThatThrownBy(() -> row.intValue(3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.stringValue(9)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.floatValue(6)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.booleanValue(2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.decimalValue(2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.bytesValue(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAColumnThatIsNotThere() {
        assertThatThrownBy(() -> everything().value("nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"nothing\"");
    }

    private static RowImage everything() {
        return after(
                "t",
                "-2",
                "-3",
                "-4",
                "4294967295",
                "1.5",
                "-2.5",
                "-12345.67",
                "-123456789012345678901234567890.12345",
                "\\x01ff",
                "1999-12-31",
                "23:59:59.999999",
                "1969-12-31 23:59:59.999999",
                "2026-11-22 01:02:03.000004+00",
                UUID_TEXT,
                "Grüße");
    }

    private static RowImage after(@Nullable Object... values) {
        ChangeBatchBuilder builder = new ChangeBatchBuilder(EVERYTHING, Unrepresentable.failing());
        builder.transaction(new Lsn(1), 2, 3);
        builder.update(1, 'O', tuple(values), tuple(values));
        ChangeBatch batch = builder.build();
        assertThat(BatchText.rows(batch))
                .isEqualTo(BatchText.opened(batch))
                .isEqualTo(BatchText.streamed(batch));
        return Objects.requireNonNull(batch.rows().iterator().next().after());
    }
}

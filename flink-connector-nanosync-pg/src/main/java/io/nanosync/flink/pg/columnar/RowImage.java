package io.nanosync.flink.pg.columnar;

import java.math.BigDecimal;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a row. Primitive accessors take the column's index in its struct and demand that
 * {@link #isNull} is false; the Arrow type of the column tells which accessor fits, another throws
 * {@link IllegalStateException}.
 */
@PublicEvolving
public interface RowImage {

    /** Number of columns. */
    int size();

    /** Name of a column. */
    String name(int index);

    boolean isNull(int index);

    boolean booleanValue(int index);

    /**
     * Any integer column of up to 4 bytes, an unsigned one as its 32 bits; a date (days since
     * 1970-01-01).
     */
    int intValue(int index);

    /**
     * Any integer, date (days), time (microseconds of the day), timestamp (microseconds since
     * 1970-01-01T00:00:00).
     */
    long longValue(int index);

    float floatValue(int index);

    double doubleValue(int index);

    /** A decimal column. */
    BigDecimal decimalValue(int index);

    /** The bytes of a text, binary or uuid column: a copy. */
    byte[] bytesValue(int index);

    /** Hands over the bytes of a text or binary column without copying them. */
    void bytes(int index, BytesReceiver to);

    /** A text column. */
    String stringValue(int index);

    /**
     * The value as the natural Java object: Boolean, Short, Integer, Long, Float, Double,
     * BigDecimal, String, byte[], UUID, LocalDate, LocalTime, LocalDateTime, Instant; dates and
     * timestamps that those can't hold (infinity) as Integer or Long in Arrow's unit.
     */
    @Nullable Object value(int index);

    /**
     * The value of a named column.
     *
     * @throws IllegalArgumentException when there is no such column
     */
    @Nullable Object value(String name);
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import org.jspecify.annotations.Nullable;

/**
 * Turns the values of one column into Flink's internal form of the declared type ({@code
 * StringData}, {@code DecimalData}, {@code TimestampData}, boxed primitives …). Chosen once a
 * column, never a value. Keeps nothing between values; for one thread.
 */
@FunctionalInterface
interface ValueConverter {

    /**
     * The value at {@code index}, which isn't null there. Null means that the declared type can't
     * hold the value exactly; nothing is ever rounded, cut or shifted to make it fit.
     */
    @Nullable Object convert(RowImage row, int index);
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A row of one column that is not null, read as the accessor's type. */
record OneValue(Object only) implements RowImage {

    @Override
    public int size() {
        return 1;
    }

    @Override
    public String name(int index) {
        return "c";
    }

    @Override
    public boolean isNull(int index) {
        return false;
    }

    @Override
    public boolean booleanValue(int index) {
        return (Boolean) only;
    }

    @Override
    public int intValue(int index) {
        return ((Number) only).intValue();
    }

    @Override
    public long longValue(int index) {
        return ((Number) only).longValue();
    }

    @Override
    public float floatValue(int index) {
        return (Float) only;
    }

    @Override
    public double doubleValue(int index) {
        return (Double) only;
    }

    @Override
    public BigDecimal decimalValue(int index) {
        return (BigDecimal) only;
    }

    @Override
    public byte[] bytesValue(int index) {
        return only instanceof byte[] bytes
                ? bytes
                : ((String) only).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String stringValue(int index) {
        return (String) only;
    }

    @Override
    public Object value(int index) {
        return only;
    }

    @Override
    public @Nullable Object value(String name) {
        return only;
    }
}

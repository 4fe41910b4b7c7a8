package io.nanosync.flink.pg.source.metrics;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;

/** A counter that shows what is counted elsewhere. */
record CounterView(LongSupplier count) implements Counter {

    @Override
    public long getCount() {
        return count.getAsLong();
    }

    @Override
    public void inc() {
        throw readOnly();
    }

    @Override
    public void inc(long n) {
        throw readOnly();
    }

    @Override
    public void dec() {
        throw readOnly();
    }

    @Override
    public void dec(long n) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("This counter is counted elsewhere");
    }
}

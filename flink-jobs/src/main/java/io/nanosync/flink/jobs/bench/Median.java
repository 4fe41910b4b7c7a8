package io.nanosync.flink.jobs.bench;

import java.util.stream.DoubleStream;

/** The middle of several measurements. */
final class Median {

    private Median() {}

    /** Of an even number of values the middle between the two in the middle. */
    static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

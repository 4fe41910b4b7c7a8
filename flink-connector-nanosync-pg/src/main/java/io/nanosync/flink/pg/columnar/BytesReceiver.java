package io.nanosync.flink.pg.columnar;

import org.apache.flink.annotation.PublicEvolving;

/** Takes the bytes of a value where they lie. */
@PublicEvolving
@FunctionalInterface
public interface BytesReceiver {

    /**
     * Takes a value's bytes. The array has others as well: it must neither be changed nor kept.
     *
     * @param array the array that has them
     * @param offset where they begin
     * @param length how many they are
     */
    void receive(byte[] array, int offset, int length);
}

package io.nanosync.flink.pg.source.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PgSplitSerializerTest {

    private final PgSplitSerializer serializer = new PgSplitSerializer();

    static Stream<PgSplit> splits() {
        PartialTransaction partial =
                new PartialTransaction(new Lsn(7), -1, 1L << 40, new Lsn(-9), -3, 'U');
        return Stream.of(
                SampleValues.split("a", 1, null),
                SampleValues.split("b", 2, new Tid(0xFFFF_FFFEL, 65_535)),
                new SnapshotSplit(
                        "open",
                        1,
                        SampleValues.snapshot(),
                        new Lsn(0),
                        SampleValues.table(1, "t"),
                        SampleValues.file(1, "t", 0),
                        0,
                        null,
                        null,
                        null),
                new RestartSplit("restart-2", 2, new Lsn(55), List.of(SampleValues.table(2, "x"))),
                new FinishedSplit("done", 3),
                new StreamSplit(
                        -1,
                        4,
                        StreamPosition.at(new Lsn(-1)),
                        List.of(SampleValues.elaborateTable())),
                new StreamSplit(1, 1, new StreamPosition(new Lsn(1), partial), List.of()));
    }

    @ParameterizedTest
    @MethodSource("splits")
    void splitComesBackAsItWas(PgSplit split) throws IOException {
        assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(split)))
                .isEqualTo(split);
    }

    @ParameterizedTest
    @MethodSource("splits")
    void trailingBytesAreRefused(PgSplit split) throws IOException {
        byte[] bytes = serializer.serialize(split);
        assertThatThrownBy(() -> serializer.deserialize(1, Arrays.copyOf(bytes, bytes.length + 2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("2 bytes behind its end");
    }

    /** The last byte says so. */
    @Test
    void splitThatWasMarkedAsFinishedIsReadAsAFinishedOne() throws IOException {
        for (PgSplit split :
                List.of(
                        SampleValues.split("a", 3, null),
                        new RestartSplit("a", 3, new Lsn(5), List.of()))) {
            byte[] bytes = serializer.serialize(split);
            bytes[bytes.length - 1] = 1;
            assertThat(serializer.deserialize(1, bytes)).isEqualTo(new FinishedSplit("a", 3));
        }
    }

    @Test
    void newerVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written by a newer release");
    }
}

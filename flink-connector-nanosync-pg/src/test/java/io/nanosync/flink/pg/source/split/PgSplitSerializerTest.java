package io.nanosync.flink.pg.source.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PgSplitSerializerTest {

    private final PgSplitSerializer serializer = new PgSplitSerializer();

    static Stream<PgSplit> splits() {
        PartialTransaction partial =
                new PartialTransaction(
                        new Lsn(7), -1, 1L << 40, new Lsn(-9), -3, 'U', 1L << 33, Numbering.AT_LSN);
        return Stream.of(
                SampleValues.split("a", 1, null),
                SampleValues.split("b", 2, new Tid(0xFFFF_FFFEL, 65_535)),
                of(new RowRange.Blocks(0, null, null)),
                of(new RowRange.Values("\"c\" < 'ä'::text", null)),
                of(
                        new RowRange.Values(
                                "c IS NULL",
                                new RowRange.ReadRows(
                                        0xFFFF_FFFEL, List.of(1, 291, Tid.MAX_OFFSET)))),
                new RestartSplit("restart-2", 2, new Lsn(55), List.of(SampleValues.table(2, "x"))),
                new FinishedSplit("done", 3),
                SampleValues.streamOn(new Timeline(-1, 4, new Lsn(-7))),
                new StreamSplit(
                        Timeline.numbered(-1, 4),
                        StreamPosition.at(new Lsn(-1)),
                        List.of(SampleValues.elaborateTable(), SampleValues.table(7, "t")),
                        SampleValues.contract(),
                        List.of(
                                new SnapshotBoundary(
                                        List.of(7, -2),
                                        (1L << 33) - 1,
                                        1L << 33,
                                        List.of((1L << 33) - 1),
                                        new Lsn(-5))),
                        0),
                new StreamSplit(
                        Timeline.numbered(1, 1),
                        new StreamPosition(new Lsn(1), partial),
                        List.of(),
                        null,
                        List.of(),
                        0));
    }

    private static SnapshotSplit of(RowRange rows) {
        return new SnapshotSplit(
                "open",
                1,
                SampleValues.snapshot(),
                new Lsn(0),
                SampleValues.table(1, "t"),
                SampleValues.file(1, "t", 0),
                rows,
                null);
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
        assertThatThrownBy(() -> serializer.deserialize(7, Arrays.copyOf(bytes, bytes.length + 2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("2 bytes behind its end");
    }

    static Stream<Arguments> earlierVersions() {
        return Stream.of(
                        fixtures(1, null),
                        fixtures(2, SampleValues.contractOfVersion2()),
                        fixtures(3, SampleValues.contractOfVersion3()),
                        fixtures(4, SampleValues.contract()),
                        fixtures(5, SampleValues.contract()),
                        fixtures(6, SampleValues.contract()))
                .flatMap(each -> each);
    }

    private static Stream<Arguments> fixtures(int version, @Nullable CaptureContract contract) {
        return Stream.of(
                Arguments.of(
                        version,
                        "snapshot",
                        SampleValues.split("b", 2, new Tid(0xFFFF_FFFEL, 65_535))),
                Arguments.of(version, "finished", new FinishedSplit("a", 3)),
                Arguments.of(
                        version,
                        "restart",
                        new RestartSplit(
                                "restart-2", 2, new Lsn(55), List.of(SampleValues.table(2, "x")))),
                Arguments.of(
                        version,
                        "stream",
                        switch (version) {
                            case 4 -> SampleValues.streamOfVersion4();
                            case 5 -> SampleValues.streamOfVersion5();
                            case 6 -> SampleValues.streamOfVersion6();
                            default -> streamBefore4(contract);
                        }));
    }

    private static StreamSplit streamBefore4(@Nullable CaptureContract contract) {
        return new StreamSplit(
                Timeline.numbered(-1, 4),
                new StreamPosition(new Lsn(1), SampleValues.partialBefore5()),
                List.of(SampleValues.elaborateTable()),
                contract,
                List.of(),
                0);
    }

    @ParameterizedTest
    @MethodSource
    void earlierVersions(int version, String file, PgSplit split) throws IOException {
        assertThat(serializer.deserialize(version, Fixtures.read("split-" + version + "-" + file)))
                .isEqualTo(split);
    }

    /** Flink sends a split as one message of at most 10 MB. */
    @Test
    void tenThousandTablesFitIntoOneMessage() throws IOException {
        StreamSplit split = ManyTables.stream(10_000, 20);
        byte[] bytes = serializer.serialize(split);
        assertThat(bytes.length).isLessThan(5 << 20);
        assertThat(serializer.deserialize(7, bytes)).isEqualTo(split);
        RestartSplit restart = new RestartSplit("r", 2, new Lsn(1), split.tables());
        assertThat(serializer.serialize(restart).length).isLessThan(5 << 20);
    }

    /** Flink logs splits at INFO. */
    @Test
    void printsNoValueOfAColumn() {
        assertThat(of(new RowRange.Values("c < 'secret'", null))).hasToString("open");
        assertThat(of(new RowRange.Values("c < 'x'", new RowRange.ReadRows(7, List.of(2)))))
                .hasToString("open (within block 7)");
        assertThat(of(new RowRange.Blocks(0, null, new Tid(5, 6))))
                .hasToString("open (after ctid (5,6))");
    }

    @Test
    void newerVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(8, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written by a newer release");
    }
}

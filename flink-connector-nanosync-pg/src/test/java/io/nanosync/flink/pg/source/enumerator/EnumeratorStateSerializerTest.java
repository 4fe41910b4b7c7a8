package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.Fixtures;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.source.split.Tid;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.WalPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class EnumeratorStateSerializerTest {

    private static final StreamSplit STREAM =
            new StreamSplit(
                    Timeline.numbered(-1, 3),
                    StreamPosition.at(new Lsn(-2)),
                    List.of(SampleValues.elaborateTable()),
                    SampleValues.contract(),
                    List.of(),
                    0);

    private static final SnapshotPlan PLAN =
            new SnapshotPlan(
                    Timeline.numbered(-7, 2),
                    3,
                    SampleValues.snapshot(),
                    new Lsn(1234567890123L),
                    new Lsn(1234567890999L),
                    Long.MAX_VALUE,
                    4,
                    List.of(
                            new SnapshotPlan.TablePlan(
                                    SampleValues.elaborateTable(),
                                    new Partitioning.Ctid(),
                                    List.of(
                                            SnapshotPlan.FilePlan.byBlocks(
                                                    SampleValues.file(9, "leaf", 77))),
                                    12)),
                    null,
                    SampleValues.contract(),
                    null);

    private static final SnapshotPlan LATER_PLAN =
            new SnapshotPlan(
                    Timeline.numbered(-7, 2),
                    4,
                    SampleValues.snapshot(),
                    new Lsn(1234567899999L),
                    new Lsn(1234567899999L),
                    1000,
                    4,
                    PLAN.tables(),
                    new ReadEarlier(
                            new Lsn(1234567890123L),
                            true,
                            List.of(SampleValues.table(1, "t")),
                            List.of(
                                    new SnapshotBoundary(
                                            List.of(1), -5, 7, List.of(6L), new Lsn(9)))),
                    SampleValues.contract(),
                    new SnapshotPlan.Extended(
                            RunningStream.of(STREAM, 7).with(null),
                            List.of(-3, 8),
                            List.of(new QualifiedName("S", "t")),
                            WalPlace.at(Timeline.numbered(-7, 2), new Lsn(-9))));

    private static SnapshotPlan dividedBy(Partitioning partitioning, String... ranges) {
        return new SnapshotPlan(
                Timeline.numbered(1, 1),
                1,
                SampleValues.snapshot(),
                new Lsn(1),
                null,
                1000,
                4,
                List.of(
                        new SnapshotPlan.TablePlan(
                                SampleValues.table(1, "t"),
                                partitioning,
                                List.of(
                                        new SnapshotPlan.FilePlan(
                                                SampleValues.file(9, "leaf", 77), List.of(ranges))),
                                -1)),
                null,
                null,
                null);
    }

    private static EnumeratorState lost(SnapshotPlan plan) {
        return new EnumeratorState.Restarting(new LostSnapshot(plan, Set.of(), Set.of()));
    }

    private final EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();

    static Stream<EnumeratorState> states() {
        return Stream.of(
                new EnumeratorState.Starting(),
                new EnumeratorState.Snapshotting(
                        PLAN,
                        new SnapshotCursor.Position(1, 2, 3),
                        List.of(SampleValues.split("w", 3, new Tid(5, 6))),
                        List.of("held"),
                        List.of(42)),
                new EnumeratorState.Restarting(
                        new LostSnapshot(LATER_PLAN, Set.of(-9, 4), Set.of(1, -1))),
                new EnumeratorState.Streaming(
                        RunningStream.of(SampleValues.streamOn(new Timeline(-1, 4, new Lsn(-7))), 7)
                                .extended(
                                        new StreamExtension(
                                                4,
                                                List.of(),
                                                List.of(),
                                                null,
                                                List.of(
                                                        SampleValues.boundary()
                                                                .on(
                                                                        new Timeline(
                                                                                -1,
                                                                                5,
                                                                                new Lsn(-6))))))),
                lost(dividedBy(new Partitioning.Ntile("c"), "c < 'ä'", "c >= 'ä'")),
                lost(dividedBy(new Partitioning.Minmax("Odd \"c\""))),
                new EnumeratorState.HandingOver(RunningStream.of(STREAM, 7)),
                new EnumeratorState.Streaming(RunningStream.of(STREAM, 7)),
                new EnumeratorState.Streaming(
                        new RunningStream(
                                        null,
                                        List.of(new RunningStream.Table(7, null)),
                                        -9,
                                        2,
                                        List.of(),
                                        List.of("a", "b"))
                                .extended(
                                        new StreamExtension(
                                                3,
                                                List.of(7),
                                                List.of(SampleValues.elaborateTable()),
                                                SampleValues.contract(),
                                                List.of(
                                                        new SnapshotBoundary(
                                                                List.of(1),
                                                                -5,
                                                                7,
                                                                List.of(6L),
                                                                new Lsn(9)))))),
                new EnumeratorState.Streaming(
                        new RunningStream(null, List.of(), 0, 0, List.of(), List.of())));
    }

    @ParameterizedTest
    @MethodSource("states")
    void stateComesBackAsItWas(EnumeratorState state) throws IOException {
        assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(state)))
                .isEqualTo(state);
    }

    @ParameterizedTest
    @MethodSource("states")
    void trailingBytesAreRefused(EnumeratorState state) throws IOException {
        byte[] bytes = serializer.serialize(state);
        assertThatThrownBy(() -> serializer.deserialize(7, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 bytes behind its end");
    }

    static Stream<Arguments> earlierVersions() {
        return Stream.of(
                        fixtures(1, null),
                        fixtures(2, SampleValues.contractOfVersion2()),
                        fixtures(3, SampleValues.contractOfVersion3()),
                        fixturesOfVersion4(),
                        fixturesOf(5, SampleValues.streamOfVersion5()),
                        fixturesOf(6, SampleValues.streamOfVersion6()))
                .flatMap(each -> each);
    }

    private static Stream<Arguments> fixtures(int version, @Nullable CaptureContract contract) {
        SnapshotPlan plan =
                new SnapshotPlan(
                        PLAN.timeline(),
                        PLAN.epoch(),
                        PLAN.snapshot(),
                        PLAN.consistentPoint(),
                        null,
                        PLAN.blocksPerSplit(),
                        PLAN.workers(),
                        PLAN.tables(),
                        null,
                        contract,
                        null);
        StreamSplit stream =
                new StreamSplit(
                        Timeline.numbered(-1, 4),
                        new StreamPosition(new Lsn(1), SampleValues.partialBefore5()),
                        List.of(SampleValues.elaborateTable()),
                        contract,
                        List.of(),
                        0);
        return fixtures(version, plan, new LostSnapshot(plan, Set.of(), Set.of(1, -1)), stream);
    }

    /** That has earlier snapshots, boundaries and ranges of values. */
    private static Stream<Arguments> fixturesOfVersion4() {
        SnapshotPlan plan =
                new SnapshotPlan(
                        PLAN.timeline(),
                        PLAN.epoch(),
                        PLAN.snapshot(),
                        PLAN.consistentPoint(),
                        PLAN.end(),
                        PLAN.blocksPerSplit(),
                        PLAN.workers(),
                        List.of(
                                new SnapshotPlan.TablePlan(
                                        SampleValues.elaborateTable(),
                                        new Partitioning.Ntile("c"),
                                        List.of(
                                                new SnapshotPlan.FilePlan(
                                                        SampleValues.file(9, "leaf", 77),
                                                        List.of("c < 'ä'", "c >= 'ä'"))),
                                        12)),
                        LATER_PLAN.earlier(),
                        SampleValues.contract(),
                        null);
        return fixtures(
                4,
                plan,
                new LostSnapshot(plan, Set.of(-9), Set.of(1)),
                SampleValues.streamOfVersion4());
    }

    /** That has streams which were extended, and requests. */
    private static Stream<Arguments> fixturesOf(int version, StreamSplit stream) {
        RunningStream running =
                new RunningStream(
                                stream,
                                List.of(
                                        new RunningStream.Table(
                                                -5, new QualifiedName("Odd", "täble")),
                                        new RunningStream.Table(7, null)),
                                9,
                                3,
                                List.of(),
                                List.of("a", "b"))
                        .extended(
                                new StreamExtension(
                                        4,
                                        List.of(7),
                                        List.of(SampleValues.elaborateTable()),
                                        SampleValues.contract(),
                                        List.of(SampleValues.boundary())));
        return fixtures(
                version,
                LATER_PLAN,
                new LostSnapshot(LATER_PLAN, Set.of(-9), Set.of(1)),
                running,
                running);
    }

    private static Stream<Arguments> fixtures(
            int version, SnapshotPlan plan, LostSnapshot lost, StreamSplit stream) {
        return fixtures(
                version,
                plan,
                lost,
                RunningStream.of(stream, 1 << 16),
                new RunningStream(
                        stream,
                        List.of(new RunningStream.Table(5, null)),
                        1 << 16,
                        0,
                        List.of(),
                        List.of()));
    }

    private static Stream<Arguments> fixtures(
            int version,
            SnapshotPlan plan,
            LostSnapshot lost,
            RunningStream handing,
            RunningStream stream) {
        return Stream.of(
                Arguments.of(
                        version,
                        "snapshotting",
                        new EnumeratorState.Snapshotting(
                                plan,
                                new SnapshotCursor.Position(1, 2, 3),
                                List.of(SampleValues.split("w", 3, new Tid(5, 6))),
                                List.of("held"),
                                List.of(42))),
                Arguments.of(version, "restarting", new EnumeratorState.Restarting(lost)),
                Arguments.of(version, "handing-over", new EnumeratorState.HandingOver(handing)),
                Arguments.of(version, "streaming", new EnumeratorState.Streaming(stream)));
    }

    @ParameterizedTest
    @MethodSource
    void earlierVersions(int version, String file, EnumeratorState state) throws IOException {
        assertThat(
                        serializer.deserialize(
                                version, Fixtures.read("enumerator-" + version + "-" + file)))
                .isEqualTo(state);
    }

    /** A table of any size has as many ranges: 16 for four workers, bounds with no order. */
    @ParameterizedTest
    @CsvSource({"1, 3000", "10000, 7000000"})
    void stateWithRangesIsSmall(int leaves, int boundBytes) throws IOException {
        Random random = new Random(1);
        List<SnapshotPlan.FilePlan> files = new ArrayList<>();
        for (int leaf = 0; leaf < leaves; leaf++) {
            files.add(
                    new SnapshotPlan.FilePlan(
                            SampleValues.file(leaf, "events_" + leaf, 10_000), ranges(16, random)));
        }
        SnapshotPlan one = dividedBy(new Partitioning.Ntile("event_id"));
        SnapshotPlan plan =
                new SnapshotPlan(
                        one.timeline(),
                        one.epoch(),
                        one.snapshot(),
                        one.consistentPoint(),
                        one.end(),
                        one.blocksPerSplit(),
                        one.workers(),
                        List.of(
                                new SnapshotPlan.TablePlan(
                                        one.schemas().get(0),
                                        new Partitioning.Ntile("event_id"),
                                        List.copyOf(files),
                                        -1)),
                        null,
                        one.contract(),
                        null);
        EnumeratorState state = EnumeratorState.Snapshotting.begin(plan, List.of(), Set.of());
        byte[] bytes = serializer.serialize(state);
        assertThat(bytes.length).isLessThan(boundBytes);
        assertThat(serializer.serialize(state)).isEqualTo(bytes);
        assertThat(serializer.deserialize(7, bytes)).isEqualTo(state);
    }

    private static List<String> ranges(int count, Random random) {
        List<String> ranges = new ArrayList<>();
        String from = null;
        for (int i = 0; i < count; i++) {
            String to = "'" + new UUID(random.nextLong(), random.nextLong()) + "'::uuid";
            String below = "\"event_id\" OPERATOR(pg_catalog.<) " + to;
            ranges.add(from == null ? below : from + " AND " + below);
            from = "\"event_id\" OPERATOR(pg_catalog.>=) " + to;
        }
        return List.copyOf(ranges);
    }

    /** Ranges contain values of a column, and states are named in errors. */
    @Test
    void printsNoValueOfAColumn() {
        EnumeratorState state =
                EnumeratorState.Snapshotting.begin(
                        dividedBy(new Partitioning.Ntile("c"), "c < 'secret'", "c >= 'secret'"),
                        List.of(),
                        Set.of());
        assertThat(state.toString()).contains("2 ranges").doesNotContain("secret");
    }

    @Test
    void newerVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(8, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written by a newer release");
    }
}

package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.Fixtures;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.source.split.Tid;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EnumeratorStateSerializerTest {

    private static final StreamSplit STREAM =
            new StreamSplit(
                    -1,
                    3,
                    StreamPosition.at(new Lsn(-2)),
                    List.of(SampleValues.elaborateTable()),
                    SampleValues.contract(),
                    List.of());

    private static final SnapshotPlan PLAN =
            new SnapshotPlan(
                    -7,
                    2,
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
                    SampleValues.contract());

    private static SnapshotPlan dividedBy(Partitioning partitioning, String... ranges) {
        return new SnapshotPlan(
                1,
                1,
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
                null);
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
                new EnumeratorState.Restarting(PLAN, List.of(1, -1)),
                new EnumeratorState.Restarting(
                        dividedBy(new Partitioning.Ntile("c"), "c < 'ä'", "c >= 'ä'"), List.of()),
                new EnumeratorState.Restarting(
                        dividedBy(new Partitioning.Minmax("Odd \"c\"")), List.of()),
                new EnumeratorState.HandingOver(STREAM),
                new EnumeratorState.Streaming(STREAM, List.of(5)),
                new EnumeratorState.Streaming(null, List.of()));
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
        assertThatThrownBy(() -> serializer.deserialize(4, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 bytes behind its end");
    }

    static Stream<Arguments> earlierVersions() {
        return Stream.of(
                        fixtures(1, null),
                        fixtures(2, SampleValues.contractOfVersion2()),
                        fixtures(3, SampleValues.contractOfVersion3()))
                .flatMap(each -> each);
    }

    private static Stream<Arguments> fixtures(int version, @Nullable CaptureContract contract) {
        SnapshotPlan plan =
                new SnapshotPlan(
                        PLAN.systemIdentifier(),
                        PLAN.timeline(),
                        PLAN.epoch(),
                        PLAN.snapshot(),
                        PLAN.consistentPoint(),
                        null,
                        PLAN.blocksPerSplit(),
                        PLAN.workers(),
                        PLAN.tables(),
                        contract);
        StreamSplit stream =
                new StreamSplit(
                        -1,
                        4,
                        new StreamPosition(
                                new Lsn(1),
                                new StreamPosition.PartialTransaction(
                                        new Lsn(7), -1, 1L << 40, new Lsn(-9), -3, 'U')),
                        List.of(SampleValues.elaborateTable()),
                        contract,
                        List.of());
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
                Arguments.of(
                        version,
                        "restarting",
                        new EnumeratorState.Restarting(plan, List.of(1, -1))),
                Arguments.of(version, "handing-over", new EnumeratorState.HandingOver(stream)),
                Arguments.of(
                        version, "streaming", new EnumeratorState.Streaming(stream, List.of(5))));
    }

    @ParameterizedTest
    @MethodSource
    void earlierVersions(int version, String file, EnumeratorState state) throws IOException {
        assertThat(
                        serializer.deserialize(
                                version, Fixtures.read("enumerator-" + version + "-" + file)))
                .isEqualTo(state);
    }

    /** A table of any size has as many ranges. */
    @Test
    void stateWithRangesIsSmall() throws IOException {
        String range =
                "\"created_at\" OPERATOR(pg_catalog.>=) '2026-01-02 03:04:05.678901+00'::timestamp"
                        + " with time zone AND \"created_at\" OPERATOR(pg_catalog.<) '2026-01-03"
                        + " 03:04:05.678901+00'::timestamp with time zone";
        SnapshotPlan plan =
                dividedBy(
                        new Partitioning.Ntile("created_at"),
                        Collections.nCopies(16, range).toArray(String[]::new));
        EnumeratorState state = EnumeratorState.Snapshotting.begin(plan, List.of(), Set.of());
        assertThat(serializer.serialize(state).length).isLessThan(4_000);
    }

    @Test
    void newerVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(5, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written by a newer release");
    }
}

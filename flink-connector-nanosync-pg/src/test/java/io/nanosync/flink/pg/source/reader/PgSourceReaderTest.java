package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotStopped;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StopSnapshot;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamHeld;
import io.nanosync.flink.pg.source.split.FinishedSplit;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.PgSplitSerializer;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.junit.jupiter.api.Test;

/** What a reader keeps and says of splits that it has read, without any server. */
final class PgSourceReaderTest {

    private static final SourceConfig CONFIG =
            Configs.ofNoServer("reader", new StartupMode.Initial(), "public.t");

    private final TestingReaderContext context = new TestingReaderContext();
    private final PgSourceReader reader = reader(CONFIG);

    private PgSourceReader reader(SourceConfig config) {
        return PgSourceReader.create(
                context, config, new JdbcPgClient(config.connection(), Duration.ofSeconds(60)));
    }

    /** As a scan of Flink SQL has it. */
    private PgSourceReader readerOfAScan() {
        return reader(CONFIG.reading(List.of("id")));
    }

    private List<SourceEvent> sent() {
        List<SourceEvent> events = List.copyOf(context.getSentEvents());
        context.clearSentEvents();
        return events;
    }

    private static FinishedSplit finished(String id) {
        return new FinishedSplit(id, 1);
    }

    @Test
    void restoredSplitsAreReportedOnceAtTheStart() {
        reader.addSplits(List.of(finished("a"), finished("b")));
        assertThat(sent()).isEmpty();
        reader.start();
        assertThat(sent()).containsExactly(new SplitsFinished(List.of("a", "b")));
    }

    /** Else the reports of a snapshot with many small splits would grow with their square. */
    @Test
    void laterReportsNameOnlyTheSplitsAddedThen() {
        reader.addSplits(List.of(finished("a")));
        reader.start();
        sent();
        reader.addSplits(List.of(finished("b")));
        reader.addSplits(List.of(finished("c")));
        reader.addSplits(List.of());
        assertThat(sent())
                .containsExactly(
                        new SplitsFinished(List.of("b")), new SplitsFinished(List.of("c")));
    }

    @Test
    void finishedSplitsTakeNextToNothingOfACheckpoint() throws Exception {
        reader.addSplits(List.of(finished("public.t-1"), finished("public.t-2")));
        reader.start();
        assertThat(reader.snapshotState(1))
                .containsExactlyInAnyOrder(finished("public.t-1"), finished("public.t-2"));
        assertThat(new PgSplitSerializer().serialize(finished("public.t-1"))).hasSizeLessThan(32);
    }

    @Test
    void acknowledgedAndVoidSplitsAreForgotten() {
        reader.addSplits(
                List.of(finished("a"), finished("b"), new FinishedSplit("of a later snapshot", 2)));
        reader.start();
        reader.handleSourceEvents(new SplitsAcknowledged(List.of("a")));
        assertThat(reader.snapshotState(1)).hasSize(2);
        reader.handleSourceEvents(new StopSnapshot(1));
        assertThat(reader.snapshotState(2))
                .containsExactly(new FinishedSplit("of a later snapshot", 2));
    }

    /** Another job may have gone on from the same checkpoint. */
    @Test
    void restoredSnapshotWaitsForTheEnumerator() throws Exception {
        PgSplit split = SampleValues.split("w", 3, null);
        reader.addSplits(List.of(split));
        reader.start();
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isZero();
        assertThat(reader.snapshotState(1)).containsExactly(split);
        reader.handleSourceEvents(new SnapshotGranted());
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isEqualTo(1);
        assertThat(reader.snapshotState(2)).containsExactly(split);
        reader.handleSourceEvents(new SnapshotGranted());
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isEqualTo(1);
        reader.close();
    }

    @Test
    void restoredSplitOfASnapshotThatIsOverIsDropped() throws Exception {
        SnapshotSplit split = SampleValues.split("w", 3, null);
        reader.addSplits(List.of(split));
        reader.start();
        reader.handleSourceEvents(new StopSnapshot(split.epoch()));
        // Like any other: Flink has an output for it, which would hold back event time.
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isEqualTo(1);
        TestingReaderOutput<ChangeBatch> output = new TestingReaderOutput<>();
        List<SourceEvent> sent = new ArrayList<>();
        Await.until(
                "it is stopped",
                () -> {
                    reader.pollNext(output);
                    sent.addAll(sent());
                    return sent.contains(new SnapshotStopped(split.epoch()));
                });
        assertThat(sent).containsExactly(new SnapshotStopped(split.epoch()));
        assertThat(output.getEmittedRecords()).isEmpty();
        reader.handleSourceEvents(new SnapshotGranted());
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isZero();
        assertThat(reader.snapshotState(1)).isEmpty();
        reader.close();
    }

    private static StreamSplit stream(TableSchema... tables) {
        return new StreamSplit(
                Timeline.numbered(1, 1),
                StreamPosition.at(new Lsn(5)),
                List.of(tables),
                null,
                List.of(),
                0);
    }

    /** Nothing may be streamed before the tables are read that were added meanwhile. */
    @Test
    void restoredStreamWaitsForTheEnumerator() throws Exception {
        StreamSplit stream = stream(SampleValues.table(1, "t1"));
        reader.addSplits(List.of(stream));
        reader.start();
        assertThat(sent()).containsExactly(new StreamHeld(stream));
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isZero();
        assertThat(reader.snapshotState(1)).containsExactly(stream);
        StreamExtension extension =
                new StreamExtension(
                        1, List.of(1), List.of(SampleValues.table(2, "t2")), null, List.of());
        reader.handleSourceEvents(new StreamGranted(List.of(extension)));
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isEqualTo(1);
        List<PgSplit> extended = List.of(stream.extended(List.of(extension)));
        assertThat(reader.snapshotState(2)).isEqualTo(extended);
        // Another reader came.
        reader.handleSourceEvents(new StreamGranted(List.of(extension)));
        assertThat(reader.snapshotState(3)).isEqualTo(extended);
        reader.close();
    }

    /** Else its changes would be late behind the rows that are read meanwhile. */
    @Test
    void streamThatWaitsHoldsBackEventTime() throws Exception {
        List<String> marks = new ArrayList<>();
        ReaderOutput<ChangeBatch> output = noting(marks);
        reader.addSplits(List.of(stream(SampleValues.table(1, "t1"))));
        reader.start();
        reader.pollNext(output);
        assertThat(marks).isEmpty();
    }

    private static ReaderOutput<ChangeBatch> noting(List<String> marks) {
        return new TestingReaderOutput<>() {
            @Override
            public void markIdle() {
                marks.add("idle");
            }

            @Override
            public void markActive() {
                marks.add("active");
            }
        };
    }

    /** Splits may come to it as long as the stream hasn't begun. */
    @Test
    void readerWithoutWorkIsIdleFromTheStreamOn() throws Exception {
        List<String> marks = new ArrayList<>();
        ReaderOutput<ChangeBatch> output = noting(marks);
        reader.start();
        reader.pollNext(output);
        assertThat(marks).isEmpty();
        assertThat(reader.isAvailable()).isNotDone();
        CompletableFuture<Void> asked = reader.isAvailable();
        reader.handleSourceEvents(new StreamGranted(List.of()));
        assertThat(asked).isDone();
        reader.pollNext(output);
        assertThat(marks).containsExactly("idle");
        reader.handleSourceEvents(new StreamGranted(List.of()));
        reader.pollNext(output);
        assertThat(marks).hasSize(1);
    }

    @Test
    void readerOfTheStreamSaysThatItBeginsAndIsNotIdle() throws Exception {
        List<String> marks = new ArrayList<>();
        try (PgSourceReader scan = readerOfAScan()) {
            scan.addSplits(List.of(stream(SampleValues.table(1, "t1"))));
            scan.start();
            scan.handleSourceEvents(new StreamGranted(List.of()));
            scan.pollNext(noting(marks));
        }
        assertThat(marks).containsExactly("idle", "active");
    }

    /** Flink's own generators behind it would take that for their source's silence and its end. */
    @Test
    void readerOfAProgramSaysNothingWhenTheStreamBegins() throws Exception {
        List<String> marks = new ArrayList<>();
        reader.addSplits(List.of(stream(SampleValues.table(1, "t1"))));
        reader.start();
        reader.handleSourceEvents(new StreamGranted(List.of()));
        reader.pollNext(noting(marks));
        assertThat(marks).isEmpty();
        reader.close();
    }

    @Test
    void readerWithoutAStreamIgnoresThatItMayGoOn() {
        reader.start();
        reader.handleSourceEvents(new StreamGranted(List.of()));
        assertThat(reader.snapshotState(1)).isEmpty();
    }
}

package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.enumerator.server.SessionRegistry;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotStopped;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamHeld;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamRuns;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.testing.FakePgClient;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pipeline whose stream has begun is started with other tables. */
final class AddedTablesTest {

    /** What the reader says that has the stream from its checkpoint. */
    private static final StreamHeld HELD = new StreamHeld(HandOverPhaseTest.STREAM);

    private @Nullable EnumeratorHarness harness;
    private final SessionRegistry registry = new SessionRegistry(Duration.ofMinutes(1));
    private final FakePgClient server = EnumeratorHarness.server(8, 8, 8);

    AddedTablesTest() {
        server.slot(FakePgClient.inactiveSlot("nanosync_slot_fake", new Lsn(1000)));
        server.published();
    }

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    /** Begins from a state as it comes back from a checkpoint. */
    private EnumeratorHarness start(EnumeratorState state, String... tables) throws IOException {
        close();
        EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
        harness =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(new StartupMode.Initial(), tables),
                        registry,
                        Timings.USUAL,
                        2,
                        serializer.deserialize(
                                serializer.getVersion(), serializer.serialize(state)));
        return harness;
    }

    private static List<StreamGranted> granted(EnumeratorHarness harness, int subtask) {
        return harness.events(subtask, StreamGranted.class);
    }

    private static EnumeratorState state(EnumeratorHarness harness) {
        return harness.enumerator.phase().state();
    }

    /** Reads everything that is handed out. */
    private static void readAll(EnumeratorHarness harness) {
        for (int subtask = 0; subtask < 2; subtask++) {
            for (PgSplit split : List.copyOf(harness.assigned(subtask))) {
                if (split instanceof SnapshotSplit) {
                    harness.report(subtask, new SplitsFinished(List.of(split.splitId())));
                }
            }
        }
    }

    private static List<String> read(EnumeratorHarness harness) {
        return List.of(0, 1).stream()
                .flatMap(subtask -> harness.assigned(subtask).stream())
                .filter(SnapshotSplit.class::isInstance)
                .map(split -> ((SnapshotSplit) split).table().name().toString())
                .distinct()
                .toList();
    }

    private static List<String> added(EnumeratorState.Streaming state) {
        return state.stream().granted().stream()
                .flatMap(extension -> extension.added().stream())
                .map(table -> table.name().name())
                .toList();
    }

    private static RunningStream stream(EnumeratorHarness harness) {
        return ((EnumeratorState.Streaming) state(harness)).stream();
    }

    @Test
    void restoredStreamGoesOnWhenNothingWasAltered() throws IOException {
        EnumeratorHarness harness = start(HandOverPhaseTest.heldByAReader(), "public.t1");
        harness.register(0);
        harness.untilIn(StreamPhase.class);
        harness.register(1);
        assertThat(granted(harness, 0)).containsExactly(new StreamGranted(List.of()));
        assertThat(granted(harness, 1)).containsExactly(new StreamGranted(List.of()));
    }

    @Test
    void readerThatComesBackGoesOnAgain() throws IOException {
        EnumeratorHarness harness = start(HandOverPhaseTest.heldByAReader(), "public.t1");
        harness.register(0, 1);
        harness.untilIn(StreamPhase.class);
        harness.readerFails(1);
        harness.register(1);
        assertThat(granted(harness, 1)).hasSize(2);
    }

    /** To the end, and with a restart from the state of each phase on the way. */
    @Test
    void addedTableIsReadBeforeTheStreamGoesOn() throws IOException {
        EnumeratorHarness harness =
                start(HandOverPhaseTest.heldByAReader(), "public.t1", "public.t2");
        harness.register(0, 1);
        harness.report(1, HELD);
        harness.untilIn(SnapshotPhase.class);
        EnumeratorState reading = state(harness);
        harness.checkpoint();
        harness.settle();
        assertThat(read(harness)).containsExactly("public.t2");
        assertThat(granted(harness, 0)).isEmpty();

        readAll(harness);
        harness.checkpoint();
        harness.untilIn(HandOverPhase.class);
        EnumeratorState handingOver = state(harness);
        assertThat(granted(harness, 0)).isEmpty();
        assertThat(granted(harness, 1)).isEmpty();
        harness.checkpoint();
        untilItStreams(harness);
        assertExtended(harness);
        EnumeratorState.Streaming granted = (EnumeratorState.Streaming) state(harness);
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).isEmpty();
        assertThat(stream(harness).oids()).containsExactly(1, 2);
        assertThat(stream(harness).extension()).isEqualTo(1);

        harness = start(handingOver, "public.t1", "public.t2");
        harness.register(0, 1);
        harness.untilIn(HandOverPhase.class);
        harness.checkpoint();
        untilItStreams(harness);
        assertExtended(harness);

        harness = start(granted, "public.t1", "public.t2");
        harness.register(0, 1);
        untilItStreams(harness);
        assertExtended(harness);
        assertThat(added(granted)).containsExactly("t2");

        // The keeper is gone with the first job: the snapshot is taken anew, the slot stays.
        harness = start(reading, "public.t1", "public.t2");
        harness.register(0, 1);
        harness.untilIn(RestartPhase.class);
        harness.report(0, new SnapshotStopped(2));
        harness.report(1, new SnapshotStopped(2));
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.settle();
        assertThat(read(harness)).containsExactly("public.t2");
        readAll(harness);
        harness.checkpoint();
        harness.untilIn(HandOverPhase.class);
        assertThat(granted(harness, 0)).isEmpty();
        harness.checkpoint();
        untilItStreams(harness);
        assertExtended(harness);
        assertThat(server.calls()).doesNotContain("dropSlot", "createSlot");
    }

    @Test
    void readerThatFailsWhileTablesAreReadWaitsAgain() throws IOException {
        EnumeratorHarness harness =
                start(HandOverPhaseTest.heldByAReader(), "public.t1", "public.t2");
        harness.register(0, 1);
        harness.report(1, HELD);
        harness.untilIn(SnapshotPhase.class);
        harness.readerFails(1);
        harness.register(1);
        harness.checkpoint();
        harness.settle();
        readAll(harness);
        harness.checkpoint();
        harness.untilIn(HandOverPhase.class);
        harness.readerFails(0);
        harness.register(0);
        harness.settle();
        assertThat(granted(harness, 0)).isEmpty();
        assertThat(granted(harness, 1)).isEmpty();
        harness.checkpoint();
        untilItStreams(harness);
        assertExtended(harness);
    }

    /** What was read of a table that isn't asked for any more stays where it went. */
    @Test
    void otherTablesMayBeAddedWhileSomeAreRead() throws IOException {
        EnumeratorHarness harness = start(reading("public.t2"), "public.t1", "public.t3");
        stopReading(harness);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.settle();
        assertThat(read(harness)).containsExactly("public.t3");
        readAll(harness);
        harness.checkpoint();
        harness.untilIn(HandOverPhase.class);
        harness.checkpoint();
        untilItStreams(harness);
        assertThat(added((EnumeratorState.Streaming) state(harness))).containsExactly("t3");
        assertThat(stream(harness).extension()).isEqualTo(1);
    }

    /** One that was begun is read again behind a truncate. */
    @Test
    void oneMoreTableMayBeAddedWhileSomeAreRead() throws IOException {
        EnumeratorHarness harness =
                start(reading("public.t2"), "public.t1", "public.t2", "public.t3");
        stopReading(harness);
        harness.untilIn(SnapshotPhase.class);
        EnumeratorState.Snapshotting state = (EnumeratorState.Snapshotting) state(harness);
        assertThat(state.plan().epoch()).isEqualTo(3);
        assertThat(state.plan().schemas())
                .extracting(table -> table.name().name())
                .containsExactly("t2", "t3");
        harness.checkpoint();
        harness.settle();
        assertThat(harness.assigned(0).get(0))
                .isInstanceOfSatisfying(
                        RestartSplit.class,
                        truncated ->
                                assertThat(truncated.tables())
                                        .extracting(TableSchema::oid)
                                        .containsExactly(2));
    }

    @Test
    void additionMayBeCalledOff() throws IOException {
        EnumeratorHarness harness = start(reading("public.t2"), "public.t1");
        stopReading(harness);
        untilItStreams(harness);
        assertThat(stream(harness).oids()).containsExactly(1);
        assertThat(stream(harness).removed()).containsExactly(2);
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).isEmpty();
        assertThat(server.calls()).contains("removeFromPublication");
    }

    /** Rows of its predecessor have gone out under the same name. */
    @Test
    void addedTableThatIsMadeAnewWhileItIsReadIsRefused() throws IOException {
        EnumeratorState reading = reading("public.t2");
        server.table(SampleValues.table(9, "t2"), 8);
        EnumeratorHarness harness = start(reading, "public.t1", "public.t2");
        stopReading(harness);
        assertThat(harness.untilFailed())
                .hasMessageContaining("public.t2 was made anew while it was being added");
        assertThat(server.calls().stream().filter("publication"::equals)).hasSize(1);
    }

    @Test
    void tablesMayBeAlteredOnceMoreAtTheHandOver() throws IOException {
        EnumeratorHarness harness =
                start(HandOverPhaseTest.heldByAReader(), "public.t1", "public.t2");
        harness.register(0, 1);
        harness.report(1, HELD);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.settle();
        readAll(harness);
        harness.checkpoint();
        harness.untilIn(HandOverPhase.class);
        EnumeratorState handingOver = state(harness);
        harness = start(handingOver, "public.t1");
        harness.register(0, 1);
        harness.report(1, HELD);
        untilItStreams(harness);
        assertThat(stream(harness).oids()).containsExactly(1);
        assertThat(stream(harness).extension()).isEqualTo(2);
    }

    /** A state in which splits of an added table are out. */
    private EnumeratorState reading(String added) throws IOException {
        EnumeratorHarness harness = start(HandOverPhaseTest.heldByAReader(), "public.t1", added);
        harness.register(0, 1);
        harness.report(1, HELD);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.settle();
        return state(harness);
    }

    /** Readers drop what they have of the snapshot, and a checkpoint completes. */
    private static void stopReading(EnumeratorHarness harness) {
        harness.register(0, 1);
        harness.untilIn(RestartPhase.class);
        harness.report(0, new SnapshotStopped(2));
        harness.report(1, new SnapshotStopped(2));
        harness.checkpoint();
        harness.settle();
    }

    /** Its reader has found that the slot holds what follows. */
    private static void untilItStreams(EnumeratorHarness harness) {
        harness.untilIn(StreamPhase.class);
        harness.report(0, new StreamRuns());
    }

    private static void assertExtended(EnumeratorHarness harness) {
        for (int subtask = 0; subtask < 2; subtask++) {
            assertThat(granted(harness, subtask)).hasSize(1);
            StreamExtension extension = granted(harness, subtask).get(0).extensions().get(0);
            assertThat(extension.added())
                    .extracting(table -> table.name().name())
                    .containsExactly("t2");
            assertThat(extension.boundaries()).hasSize(1);
            assertThat(extension.contract()).isNotNull();
        }
    }

    @Test
    void extensionIsSentUntilACheckpointOfAllReadersHasCompleted() throws IOException {
        EnumeratorHarness harness = start(new EnumeratorState.Streaming(both()), "public.t1");
        harness.register(0);
        harness.report(0, HELD);
        untilItStreams(harness);
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).hasSize(1);
        assertThat(server.calls()).doesNotContain("removeFromPublication");
        harness.register(1);
        long taken = harness.take();
        harness.readerFails(1);
        harness.register(1);
        harness.complete(taken);
        harness.settle();
        assertThat(stream(harness).granted()).hasSize(1);
        assertThat(granted(harness, 1)).hasSize(2);
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).isEmpty();
        assertThat(server.calls()).contains("removeFromPublication");
        assertThat(stream(harness).oids()).containsExactly(1);
    }

    @Test
    void streamThatWaitsIsExtendedBeforeItIsHandedOut() throws IOException {
        EnumeratorHarness harness =
                start(
                        new EnumeratorState.Streaming(
                                RunningStream.of(HandOverPhaseTest.STREAM, 1)),
                        "public.t1",
                        "public.t2");
        harness.register(0, 1);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.settle();
        readAll(harness);
        harness.checkpoint();
        harness.untilIn(HandOverPhase.class);
        harness.checkpoint();
        untilItStreams(harness);
        StreamSplit stream =
                harness.assigned(0).stream()
                        .filter(StreamSplit.class::isInstance)
                        .map(StreamSplit.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(stream.tables()).extracting(TableSchema::oid).containsExactly(1, 2);
        assertThat(stream.position()).isEqualTo(HandOverPhaseTest.STREAM.position());
    }

    @Test
    void anotherTableUnderAnOldNameIsRefused() throws IOException {
        RunningStream ofAnother = streaming(SampleValues.table(9, "t1"));
        EnumeratorHarness harness = start(new EnumeratorState.Streaming(ofAnother), "public.t1");
        assertThat(harness.untilFailed()).hasMessageContaining("OID 9");
    }

    /** It was renamed, and is captured under its new name. */
    @Test
    void anotherTableUnderTheFormerNameOfACapturedOneIsRefused() throws IOException {
        RunningStream renamed = streaming(SampleValues.table(1, "t2"));
        EnumeratorHarness harness =
                start(new EnumeratorState.Streaming(renamed), "public.t1", "public.t2");
        assertThat(harness.untilFailed()).hasMessageContaining("its state [public.t1 (OID 1)]");
    }

    /** Flink SQL: the statement has one table. */
    @Test
    void consumerOfOneTableGetsNoOther() throws IOException {
        harness =
                new EnumeratorHarness(
                        server,
                        Configs.withoutTruncate(
                                EnumeratorHarness.config(new StartupMode.Initial(), "public.t2")),
                        Timings.USUAL,
                        2,
                        HandOverPhaseTest.heldByAReader());
        assertThat(harness.untilFailed()).hasMessageContaining("its state [public.t1 (OID 1)]");
    }

    /** The state of before has none of them, and the slot isn't confirmed beyond it. */
    @Test
    void stateOfBeforeMendsAnAdditionWhoseRowsCannotBeTakenBack() throws IOException {
        EnumeratorState reading = reading("public.t2");
        close();
        harness =
                new EnumeratorHarness(
                        server,
                        Configs.withoutTruncate(
                                EnumeratorHarness.config(new StartupMode.Initial(), "public.t1")),
                        registry,
                        Timings.USUAL,
                        2,
                        reading);
        assertThat(harness.untilFailed())
                .hasMessageStartingWith(
                        "The snapshot of tables [public.t2], which were being added to pipeline"
                                + " fake, can't be read any more (other tables are configured now"
                                + " than when this state was taken) after rows of it had been"
                                + " emitted, and a SQL changelog has no way to take them back."
                                + " Start the job from the savepoint or checkpoint from which they"
                                + " were added, with no rows of them in the sink, since they come"
                                + " again. Without it, all has to be read anew. For a fresh"
                                + " snapshot stop the job, run: SELECT ");
        assertThat(server.calls()).doesNotContain("dropSlot");
    }

    /** Until a reader says where the stream stands nobody knows whether the slot follows it. */
    @Test
    void nothingIsAlteredBeforeAReaderHasSaidWhereTheStreamStands() throws IOException {
        EnumeratorHarness harness =
                start(HandOverPhaseTest.heldByAReader(), "public.t1", "public.t2");
        harness.register(0, 1);
        harness.untilIn(AlterationPhase.class);
        harness.checkpoint();
        harness.settle();
        assertThat(state(harness)).isEqualTo(HandOverPhaseTest.heldByAReader());
        assertThat(server.calls()).doesNotContain("publication", "locateSnapshot");
        harness.report(1, HELD);
        // It fails and comes back.
        harness.readerFails(1);
        harness.register(1);
        harness.report(1, HELD);
        harness.untilIn(SnapshotPhase.class);
        assertThat(server.calls()).containsOnlyOnce("publication", "locateSnapshot");
    }

    /** It says so as soon as it runs, which may be before the server has answered. */
    @Test
    void readerMaySayWhereTheStreamStandsBeforeThatIsAsked() throws IOException {
        server.hold("openControl");
        EnumeratorHarness harness =
                start(HandOverPhaseTest.heldByAReader(), "public.t1", "public.t2");
        harness.register(0, 1);
        harness.report(1, HELD);
        server.release();
        harness.untilIn(SnapshotPhase.class);
    }

    /** Of an old savepoint: a newer one would miss the tables that this one takes away. */
    @Test
    void streamThatTheSlotDoesNotFollowIsNotAltered() throws IOException {
        server.slot(FakePgClient.inactiveSlot("nanosync_slot_fake", new Lsn(1001)));
        EnumeratorHarness harness = start(HandOverPhaseTest.heldByAReader(), "public.t2");
        harness.register(0, 1);
        harness.report(1, HELD);
        assertThat(harness.untilFailed())
                .hasMessageContaining("the slot was confirmed up to LSN 0/3E9")
                .hasMessageContaining("Was the job started from an old savepoint");
        assertThat(server.calls())
                .doesNotContain("publication", "removeFromPublication", "locateSnapshot");
    }

    /** It may be an old one, restored by mistake, which its reader refuses in a moment. */
    @Test
    void nothingIsSettledForAStateThatIsNotSeenToGoOn() throws IOException {
        EnumeratorHarness harness = start(new EnumeratorState.Streaming(both()), "public.t1");
        harness.register(0, 1);
        harness.report(0, HELD);
        harness.untilIn(StreamPhase.class);
        harness.checkpoint();
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).hasSize(1);
        assertThat(server.calls()).doesNotContain("removeFromPublication");
        harness.report(0, new StreamRuns());
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).isEmpty();
        assertThat(server.calls()).contains("removeFromPublication");
    }

    /** What holds it up, a lock for example, is no reason to stop a stream that goes on. */
    @Test
    void tableThatCannotBeUnpublishedNowIsTriedAgain() throws IOException {
        server.fail("removeFromPublication", 1, PgException.tryAgain("locked"));
        EnumeratorHarness harness = start(new EnumeratorState.Streaming(both()), "public.t1");
        harness.register(0, 1);
        harness.report(0, HELD);
        untilItStreams(harness);
        harness.checkpoint();
        harness.settle();
        harness.assertRuns();
        assertThat(stream(harness).granted()).hasSize(1);
        harness.checkpoint();
        harness.settle();
        assertThat(stream(harness).granted()).isEmpty();
        assertThat(server.calls().stream().filter("removeFromPublication"::equals)).hasSize(2);
    }

    /** Nobody may do it but its owner: the stream goes on, and the log says what to run. */
    @Test
    void tableThatMayNotBeUnpublishedStays() throws IOException {
        server.fail("removeFromPublication", 1, PgException.needsPerson("must be owner"));
        EnumeratorHarness harness = start(new EnumeratorState.Streaming(both()), "public.t1");
        harness.register(0, 1);
        harness.report(0, HELD);
        untilItStreams(harness);
        harness.checkpoint();
        harness.settle();
        harness.assertRuns();
        assertThat(stream(harness).granted()).isEmpty();
    }

    @Test
    void withoutASnapshotAnAddedTableIsCapturedFromNowOn() throws IOException {
        EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
        harness =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(
                                new StartupMode.Latest(), "public.t1", "public.t2"),
                        registry,
                        Timings.USUAL,
                        2,
                        serializer.deserialize(
                                serializer.getVersion(),
                                serializer.serialize(HandOverPhaseTest.heldByAReader())));
        harness.register(0, 1);
        harness.report(0, HELD);
        // Where it begins must not be forgotten behind changes that were sent.
        harness.untilIn(HandOverPhase.class);
        assertThat(granted(harness, 0)).isEmpty();
        harness.checkpoint();
        untilItStreams(harness);
        assertExtended(harness);
        assertThat(server.liveKeepers()).isZero();
        assertThat(server.calls()).doesNotContain("files");
    }

    private static RunningStream both() {
        return streaming(table(1), table(2));
    }

    /** A reader has the stream of these tables. */
    private static RunningStream streaming(TableSchema... tables) {
        return RunningStream.of(
                        new StreamSplit(
                                Timeline.numbered(4711, 1),
                                HandOverPhaseTest.STREAM.position(),
                                List.of(tables),
                                null,
                                List.of(),
                                0),
                        1)
                .with(null);
    }

    private static TableSchema table(int oid) {
        return SampleValues.table(oid, "t" + oid);
    }
}

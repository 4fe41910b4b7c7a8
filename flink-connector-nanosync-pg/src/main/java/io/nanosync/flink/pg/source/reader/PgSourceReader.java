package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.event.PgSourceEvent.DriftApproved;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotLost;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotStopped;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StopSnapshot;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamHeld;
import io.nanosync.flink.pg.source.split.FinishedSplit;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.CheckpointedPositions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.apache.flink.connector.base.source.reader.SourceReaderOptions;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads splits and emits their batches. All methods run on the task thread; each split is read by a
 * fetcher thread of its own, see {@link FetcherPerSplit}. What comes from a checkpoint waits for
 * the enumerator, which finds out whether another job has gone on from that checkpoint: see {@link
 * SnapshotGranted} and {@link StreamGranted}.
 */
@SuppressWarnings("try") // Flink declares close() to throw Exception.
public final class PgSourceReader
        extends SourceReaderBase<Fetched, ChangeBatch, PgSplit, SplitState> {

    private static final Logger LOG = LoggerFactory.getLogger(PgSourceReader.class);

    private final ReaderParts parts;

    /** Epochs of the snapshot and restart splits that fetchers hold. */
    private final Map<String, Integer> reading = new HashMap<>();

    /**
     * Epochs of the splits that are emitted whole, until the enumerator acknowledges that they are
     * finished for good.
     */
    private final Map<String, Integer> finished = new LinkedHashMap<>();

    /**
     * The stream as it was in the checkpoint that this reader comes from, until the enumerator lets
     * it go on: tables may have to be read first that are added to it.
     */
    private @Nullable StreamSplit held;

    /** Splits of snapshots that were in that checkpoint, until the enumerator lets them be read. */
    private final List<PgSplit> unreadHeld = new ArrayList<>();

    private boolean started;

    /** Whether the stream has begun: rows of snapshots are behind checkpoints. */
    private boolean streams;

    private boolean saidSo;

    /** Whether operators behind listen for it: row views. */
    private final boolean tellsOfStream;

    private boolean idle;
    private int confirmStopOf;

    private PgSourceReader(
            ReaderParts parts,
            boolean tellsOfStream,
            Configuration configuration,
            SourceReaderContext context) {
        super(parts.fetchers(configuration), parts.emitter(), configuration, context);
        this.parts = parts;
        this.tellsOfStream = tellsOfStream;
        parts.emitter().onLost(this::reportLost);
        parts.emitter().onStream(context::sendSourceEventToCoordinator);
    }

    /** A reader of a pipeline. */
    public static PgSourceReader create(
            SourceReaderContext context, SourceConfig config, PgClient client) {
        Configuration configuration = new Configuration(context.getConfiguration());
        Unrepresentable unrepresentable =
                switch (config.unrepresentable()) {
                    case FAIL -> Unrepresentable.failing();
                    case NULL -> Unrepresentable.nulling();
                };
        ReaderParts parts =
                new ReaderParts(
                        config,
                        client,
                        unrepresentable,
                        new SnapshotSessions(client),
                        new CheckpointedPositions(),
                        context.metricGroup(),
                        configuration.get(SourceReaderOptions.ELEMENT_QUEUE_CAPACITY),
                        temporaryFolder(configuration));
        return new PgSourceReader(parts, config.hasConsumers(), configuration, context);
    }

    /** Any of those that Flink was given. */
    private static Path temporaryFolder(Configuration configuration) {
        String[] folders = ConfigurationUtils.parseTempDirectories(configuration);
        return Path.of(folders[ThreadLocalRandom.current().nextInt(folders.length)]);
    }

    @Override
    public void start() {
        started = true;
        report(List.copyOf(finished.keySet()));
        if (held != null) {
            context.sendSourceEventToCoordinator(new StreamHeld(held));
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<ChangeBatch> output) throws Exception {
        if (streams && tellsOfStream && !saidSo) {
            // Behind a snapshot's rows and in front of changes, whoever has those: operators behind
            // hear nothing else from the enumerator. Those of Flink would take it for what it says.
            saidSo = true;
            output.markIdle();
            output.markActive();
        }
        if (idle && hasWork()) {
            idle = false;
            output.markActive();
        }
        InputStatus status = super.pollNext(output);
        // A reader without work must not hold back event time. Up to the stream it has to: splits
        // may come, whose rows would be late behind those that are read meanwhile.
        if (streams && !idle && !hasWork()) {
            idle = true;
            output.markIdle();
        }
        return status;
    }

    private boolean hasWork() {
        return getNumberOfCurrentlyAssignedSplits() > 0 || held != null || !unreadHeld.isEmpty();
    }

    @Override
    public void addSplits(List<PgSplit> splits) {
        List<PgSplit> unread = new ArrayList<>();
        List<String> read = new ArrayList<>();
        for (PgSplit split : splits) {
            if (split instanceof FinishedSplit done) {
                finished.put(done.splitId(), done.epoch());
                read.add(done.splitId());
            } else if (split instanceof StreamSplit stream) {
                parts.willStream(stream.position());
                if (started) {
                    unread.add(stream);
                } else {
                    held = stream;
                }
            } else if (!started) {
                unreadHeld.add(split);
            } else if (epochOf(split) > parts.stoppedEpoch()) {
                willRead(split, epochOf(split));
                unread.add(split);
            }
        }
        super.addSplits(unread);
        if (started) {
            report(read);
        }
    }

    private void willRead(PgSplit split, int epoch) {
        reading.put(split.splitId(), epoch);
        parts.willRead(split.splitId());
    }

    /** The snapshot that a split belongs to; null for the stream. */
    private static @Nullable Integer epoch(PgSplit split) {
        if (split instanceof SnapshotSplit snapshot) {
            return snapshot.epoch();
        }
        return split instanceof RestartSplit restart ? restart.epoch() : null;
    }

    @Override
    protected void onSplitFinished(Map<String, SplitState> ended) {
        List<String> reported = new ArrayList<>();
        ended.forEach(
                (id, state) -> {
                    Integer epoch = reading.remove(id);
                    if (epoch != null && epoch > parts.stoppedEpoch()) {
                        finished.put(id, epoch);
                        reported.add(id);
                    }
                });
        report(reported);
        confirmStop();
    }

    private void report(List<String> splitIds) {
        if (!splitIds.isEmpty()) {
            context.sendSourceEventToCoordinator(new SplitsFinished(splitIds));
        }
    }

    private void reportLost(PgSplit split, String reason) {
        Integer epoch = epoch(split);
        if (epoch != null) {
            LOG.warn("Split {} can't be read: {}", split, reason);
            context.sendSourceEventToCoordinator(new SnapshotLost(epoch, reason));
        }
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof SplitsAcknowledged acknowledged) {
            finished.keySet().removeAll(acknowledged.splitIds());
        } else if (event instanceof StopSnapshot stop) {
            parts.stop(stop.epoch());
            finished.values().removeIf(epoch -> epoch <= parts.stoppedEpoch());
            endHeld();
            confirmStopOf = Math.max(confirmStopOf, stop.epoch());
            confirmStop();
        } else if (event instanceof SnapshotGranted) {
            readHeld();
        } else if (event instanceof StreamGranted granted) {
            goOn(granted.extensions());
            streams = true;
            // Whoever has no split isn't asked for rows else.
            splitFetcherManager.getQueue().notifyAvailable();
        } else if (event instanceof DriftApproved approved) {
            parts.approvals().add(approved.drift());
        } else {
            throw new IllegalStateException(
                    "The enumerator sent " + event + ", which is none of a reader's events");
        }
    }

    /** Flink has an output for each, with an event time of its own: each has to end like others. */
    private void endHeld() {
        List<PgSplit> stopped =
                unreadHeld.stream()
                        .filter(split -> epochOf(split) <= parts.stoppedEpoch())
                        .toList();
        unreadHeld.removeAll(stopped);
        beginAll(stopped);
    }

    private void readHeld() {
        List<PgSplit> unread = List.copyOf(unreadHeld);
        unreadHeld.clear();
        beginAll(unread);
    }

    private void beginAll(List<PgSplit> splits) {
        for (PgSplit split : splits) {
            willRead(split, epochOf(split));
        }
        super.addSplits(splits);
    }

    private static int epochOf(PgSplit snapshotOrRestart) {
        return Objects.requireNonNull(epoch(snapshotOrRestart));
    }

    private void goOn(List<StreamExtension> extensions) {
        StreamSplit stream = held;
        if (stream != null) {
            held = null;
            super.addSplits(List.of(stream.extended(extensions)));
        }
    }

    /** Tells the enumerator once that no split of the stopped snapshots is left. */
    private void confirmStop() {
        if (confirmStopOf > 0
                && reading.values().stream().allMatch(epoch -> epoch > confirmStopOf)) {
            context.sendSourceEventToCoordinator(new SnapshotStopped(confirmStopOf));
            confirmStopOf = 0;
        }
    }

    @Override
    protected SplitState initializedState(PgSplit split) {
        return new SplitState(split);
    }

    @Override
    protected PgSplit toSplitType(String splitId, SplitState state) {
        return state.split();
    }

    @Override
    public List<PgSplit> snapshotState(long checkpointId) {
        List<PgSplit> splits = new ArrayList<>(super.snapshotState(checkpointId));
        splits.addAll(unreadHeld);
        if (held != null) {
            splits.add(held);
        }
        for (PgSplit split : splits) {
            if (split instanceof StreamSplit stream) {
                parts.checkpointed().snapshot(checkpointId, stream.position());
            }
        }
        finished.forEach((id, epoch) -> splits.add(new FinishedSplit(id, epoch)));
        return splits;
    }

    /** Runs even in the middle of {@link #pollNext}. The status thread tells the server. */
    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        parts.checkpointed().completed(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) {
        parts.checkpointed().aborted(checkpointId);
    }

    @Override
    public void close() throws Exception {
        try {
            super.close();
        } finally {
            parts.close();
        }
    }
}

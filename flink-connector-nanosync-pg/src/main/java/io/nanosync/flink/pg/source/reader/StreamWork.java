package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.CatalogNow;
import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the stream split, through as many connections as it takes. Runs on its fetcher's thread.
 */
final class StreamWork implements SplitWork {

    private static final Logger LOG = LoggerFactory.getLogger(StreamWork.class);

    private static final long SHORTEST_PARK_NANOS = 100_000;
    private static final long LONGEST_PARK_NANOS = 5_000_000;

    /** How long to wait for the walsender of a connection that is gone. */
    private static final Duration SLOT_PATIENCE = Duration.ofMinutes(5);

    private static final Duration SLOT_PAUSE = Duration.ofSeconds(2);

    /** undefined_function: "no binary output function available for type …". */
    private static final String NO_BINARY_OUTPUT = "42883";

    /** internal_error: "could not map filenode … to relation OID", and whatever can't happen. */
    private static final String INTERNAL_ERROR = "XX000";

    private final SourceConfig config;
    private final PgClient client;
    private final ContractWatch contract;
    private final StreamPreconditions preconditions;
    private final PlacesProof places;
    private final ContractCatalog catalog;
    private final Unrepresentable unrepresentable;
    private final FetchLimits limits;
    private final StreamPages pages;
    private final StreamProgress progress;
    private final Backoff backoff;
    private final FetchPatience patience =
            new FetchPatience(System::nanoTime, System::currentTimeMillis);
    private final StreamDrifts drifts;

    private ChangeAssembler assembler;

    /** As it was handed out, with the schemas that were accepted since, and on its timeline. */
    private StreamSplit split;

    /** The tables as they were when the last page was given. */
    private List<TableSchema> given;

    private boolean binary;

    private volatile @Nullable StreamSession session;

    /** Of the connection before; the server may not have noticed that it is closed. */
    private @Nullable Backend former;

    /** How far the stream had come when it broke last; what is sent again is no progress. */
    private StreamPosition brokenAt;

    /** Whether the server broke each connection since then with an error of its own making. */
    private boolean onlyInternalErrors = true;

    /** Until when the slot is waited for; null while it isn't. */
    private @Nullable Instant waiting;

    private boolean toldThatItRuns;

    /** Whether changes wait until the server can be asked about the places of their values. */
    private boolean isUnproven;

    private volatile boolean closed;

    StreamWork(
            StreamSplit split,
            SourceConfig config,
            PgClient client,
            Unrepresentable unrepresentable,
            FetchLimits limits,
            StreamProgress progress,
            @Nullable HeldBatches held,
            StreamDrifts drifts) {
        this.split = split;
        this.given = split.tables();
        this.config = config;
        this.client = client;
        this.contract = new ContractWatch(config, split.tables(), split.contract());
        this.preconditions = new StreamPreconditions(config, contract);
        this.places = PlacesProof.of(config);
        this.progress = progress;
        this.drifts = drifts;
        this.backoff = new Backoff(config.maxReconnectAttempts());
        this.brokenAt = split.position();
        this.catalog = new ContractCatalog(config, contract);
        this.unrepresentable = unrepresentable;
        this.limits = limits;
        this.assembler = assemblerFrom(split.position());
        this.pages = new StreamPages(assembler, progress, held);
        this.binary = allowsBinary(split.tables());
    }

    /**
     * A value in binary form that we can't decode exactly comes as text, and so does all else on
     * the stream.
     */
    private boolean allowsBinary(List<TableSchema> tables) {
        return tables.stream()
                .flatMap(table -> config.read(table).columns().stream())
                .allMatch(column -> TypeMapping.allowsBinaryStream(column.type(), column.typmod()));
    }

    private ChangeAssembler assemblerFrom(StreamPosition position) {
        return new ChangeAssembler(
                split.tables(),
                config::read,
                position,
                split.boundaries(),
                unrepresentable,
                limits,
                catalog);
    }

    @Override
    public Step fetch() throws IOException {
        List<String> resumed = drifts.takeGiven();
        if (!resumed.isEmpty()) {
            return new Step(new Fetched.Resumed(resumed), false);
        }
        if (backoff.waitNanos() > 0) {
            LockSupport.parkNanos(Math.min(FetchPatience.NO_ROWS.toNanos(), backoff.waitNanos()));
            return Step.NOTHING;
        }
        try {
            StreamSession open = session;
            if (open == null) {
                show(StreamStatus.State.CONNECTING, "connecting");
                open =
                        StreamSession.open(
                                client,
                                config,
                                preconditions,
                                contract,
                                split.at(assembler.position(), contract.contract()).place(),
                                binary,
                                progress.checkpointed(),
                                progress.metrics(),
                                former);
                session = open;
                follow(open.timeline());
                catalog.connected(open.serverMajor());
                waiting = null;
                show(StreamStatus.State.STREAMING, "");
                if (!toldThatItRuns) {
                    toldThatItRuns = true;
                    return new Step(new Fetched.Streaming(), false);
                }
            }
            if (isUnproven && pages.mayGive()) {
                open.requireWell();
                return giveProven();
            }
            Drift drift = drifts.met();
            if (drift != null) {
                return inFrontOf(drift, open);
            }
            if (standsStill(open)) {
                LockSupport.parkNanos(FetchPatience.NO_ROWS.toNanos());
                return Step.NOTHING;
            }
            lookForRenewal(open);
            fill(open);
            progress.metrics().received(open.serverWalEnd());
        } catch (PgException e) {
            disconnected(e);
        } catch (DriftException e) {
            if (pages.holdWholeTransactions()) {
                readAgainWithout(e.drift());
                return Step.NOTHING;
            }
            drifts.meet(e.drift());
        } catch (PassedSnapshotException | UntoldPartitionException e) {
            LOG.info(
                    "The stream of slot {} is read again from LSN {}, where the server describes"
                            + " all anew: {}",
                    config.slot(),
                    assembler.position().end(),
                    e.getMessage());
            closeSession();
            assembler.reconnect();
        } catch (RenewalException e) {
            LOG.info(
                    "The stream of slot {} goes on from a new connection: {}",
                    config.slot(),
                    e.getMessage());
            closeSession();
            assembler.reconnect();
            contract.renewed();
        }
        return give();
    }

    /** Goes on where a standby was promoted: what was read before is part of that timeline too. */
    private void follow(Timeline timeline) {
        if (split.timeline().number() != timeline.number()) {
            LOG.info(
                    "The stream of slot {} follows a promotion: from timeline {} to {} at LSN {}",
                    config.slot(),
                    split.timeline(),
                    timeline,
                    assembler.position().end());
        }
        split = split.on(timeline);
        assembler.follow(timeline);
    }

    /**
     * Whether the next transaction has to wait for a checkpoint. The connection is kept: the server
     * gets its status meanwhile, and may shut down.
     */
    private boolean standsStill(StreamSession open) throws PgException {
        boolean waits = !assembler.inTransaction() && progress.lead().isTooFar(assembler.times());
        if (waits) {
            open.requireWell();
        }
        boolean stood = progress.status().state() == StreamStatus.State.THROTTLED;
        if (waits && !stood) {
            String text =
                    String.format(
                            Locale.ROOT,
                            "%.1f h of source time were read since the last change that a"
                                    + " checkpoint holds, more than normalize_buffer_hours allows:"
                                    + " waiting for a checkpoint",
                            progress.lead().seconds() / 3600);
            LOG.warn("The stream of slot {} stands still: {}", config.slot(), text);
            show(StreamStatus.State.THROTTLED, text);
        } else if (!waits && stood) {
            LOG.info("The stream of slot {} goes on: a checkpoint has completed", config.slot());
            show(StreamStatus.State.STREAMING, "");
        }
        return waits;
    }

    /**
     * The transactions in front of the one that has come to a drift don't wait for a person: they
     * are read again, and given in front of it.
     */
    private void readAgainWithout(Drift drift) throws IOException {
        LOG.info(
                "The stream of slot {} is read again from LSN {} up to the transaction that has"
                        + " come to another schema of {} at LSN {}",
                config.slot(),
                pages.given().end(),
                drift.table(),
                drift.lsn());
        closeSession();
        // What was accepted behind that place is met, and accepted, again.
        for (TableSchema table : given) {
            split = split.accepting(table);
            contract.accept(table);
        }
        binary = allowsBinary(split.tables());
        drifts.forgetNew();
        assembler = assemblerFrom(pages.given());
        pages.readAgain(assembler);
    }

    /**
     * Goes on when the new schema is accepted, else waits. All that was taken before was given, or
     * is of a transaction that has to come whole. The connection is kept: the server gets its
     * status meanwhile, and may shut down.
     */
    private Step inFrontOf(Drift drift, StreamSession open) throws IOException {
        open.requireWell();
        if (drifts.waits()) {
            LockSupport.parkNanos(FetchPatience.NO_ROWS.toNanos());
            return Step.NOTHING;
        }
        CatalogNow catalogNow = open.look(drift, assembler.xid());
        if (catalogNow == null) {
            LockSupport.parkNanos(FetchPatience.NO_ROWS.toNanos());
            return Step.NOTHING;
        }
        DriftReview review = new DriftReview(config, drift, catalogNow);
        DriftReview.Verdict verdict = review.verdict(drifts.isApproved(drift));
        if (verdict instanceof DriftReview.GoesOn goesOn) {
            LOG.info(
                    "The stream of slot {} goes on at LSN {} under another schema of {}: {}",
                    config.slot(),
                    drift.lsn(),
                    drift.table(),
                    goesOn.differences());
            goOnUnder(goesOn.schema(), drift);
            return give();
        }
        DriftReport report = ((DriftReview.Waits) verdict).report();
        drifts.tell(report);
        LOG.warn("The stream of slot {} is paused: {}", config.slot(), report.text());
        show(StreamStatus.State.PAUSED, report.text());
        Long committed = assembler.ownCommitMicros();
        progress.unheld()
                .standsBehind(
                        assembler.position(),
                        committed == null ? StreamMetrics.nowMicros() : committed);
        return new Step(new Fetched.Paused(report), false);
    }

    /** Its transaction is sent again, from its beginning, by a new connection. */
    private void goOnUnder(TableSchema schema, Drift drift) throws IOException {
        closeSession();
        pages.hold();
        assembler.accept(schema);
        contract.accept(schema);
        split = split.accepting(schema);
        binary &= allowsBinary(split.tables());
        drifts.accept(drift);
    }

    /** What has come already lies in front of the place, or another place is looked for. */
    private void lookForRenewal(StreamSession open) throws PgException {
        Lsn place = contract.renewal();
        if (place != null && assembler.isBeyond(place)) {
            open.renewLater();
            place = contract.renewal();
        }
        assembler.renewAt(place);
    }

    /** Polls until enough rows are there, or those that are have waited long enough. */
    private void fill(StreamSession open) throws PgException {
        patience.begin();
        long park = SHORTEST_PARK_NANOS;
        while (!assembler.isFull()) {
            ByteBuffer message = open.poll();
            if (message != null) {
                pages.received(message.remaining());
                assembler.message(message, open.messageLsn());
                lookUpStrangers(open);
                park = SHORTEST_PARK_NANOS;
                if (patience.endsAfterMessage(assembler.rows(), assembler.newestCommitMicros())
                        || isAheadByItsRows()) {
                    pages.due();
                }
                if (pages.areDue()) {
                    return;
                }
                continue;
            }
            assembler.idleUpTo(open.serverWalEnd());
            if (patience.endsInSilence() || closed) {
                return;
            }
            LockSupport.parkNanos(park);
            park = Math.min(park * 2, LONGEST_PARK_NANOS);
        }
    }

    private boolean isAheadByItsRows() {
        return assembler.rows() > 0
                && !assembler.inTransaction()
                && progress.lead().isTooFar(assembler.times());
    }

    /**
     * A partition of a captured table mustn't come by itself, where the server may not have noticed
     * that it is one. When the connection breaks meanwhile the transaction comes again, since it
     * hasn't ended, and with it the description.
     */
    private void lookUpStrangers(StreamSession open) throws PgException {
        RelationMessage stranger = assembler.takeStranger();
        while (stranger != null) {
            Integer root =
                    open.rootOf(
                            stranger.oid(), split.tables().stream().map(TableSchema::oid).toList());
            if (root != null) {
                assembler.refusePartition(stranger, root);
            }
            stranger = assembler.takeStranger();
        }
    }

    private Step give() throws IOException {
        pages.gather();
        progress.lead().measure(assembler.times());
        if (!pages.mayGive() || !(pages.haveNews() || drifts.isNewToTask())) {
            return Step.NOTHING;
        }
        return giveProven();
    }

    /** Nothing more is read until what waits is proven: it is all that a checkpoint can hold. */
    private Step giveProven() throws IOException {
        isUnproven = places.isNeeded() && !isProven(places.of(pages.columns()));
        if (isUnproven) {
            LockSupport.parkNanos(FetchPatience.NO_ROWS.toNanos());
            return Step.NOTHING;
        }
        drifts.give();
        given = split.tables();
        return new Step(pages.give(split, contract.contract()), false);
    }

    /**
     * Whether the values that wait to be given are known to be at the places of the plan; not where
     * the connection broke.
     */
    private boolean isProven(PlacesProof ofChanges) throws PgException {
        if (!ofChanges.isNeeded()) {
            return true;
        }
        StreamSession open = session;
        if (open == null) {
            return false;
        }
        try {
            open.require(ofChanges);
            return true;
        } catch (PgException e) {
            disconnected(e);
            return false;
        }
    }

    private void disconnected(PgException e) throws PgException {
        StreamPosition reached = assembler.position();
        if (reached.isBeyond(brokenAt) || wasWell(session)) {
            backoff.succeeded();
            onlyInternalErrors = true;
        }
        onlyInternalErrors &= INTERNAL_ERROR.equals(e.sqlState());
        brokenAt = reached;
        closeSession();
        assembler.reconnect();
        drifts.forget();
        if (closed) {
            return;
        }
        if (binary && NO_BINARY_OUTPUT.equals(e.sqlState())) {
            // A table that isn't captured is published too, and has a column whose parts have no
            // binary form. Which tables a publication holds changes any time, so it is met here.
            LOG.info("The stream of slot {} goes on as text: {}", config.slot(), e.getMessage());
            binary = false;
            return;
        }
        switch (e.recovery()) {
            case FAIL -> throw e;
            case WAIT -> waitForSlot(e);
            case RETRY -> {
                if (!backoff.failed()) {
                    throw onlyInternalErrors ? undecodable(e, reached) : lasting(e);
                }
                progress.metrics().reconnects();
                show(StreamStatus.State.RECONNECTING, e.getMessage());
                LOG.warn(
                        "The stream of slot {} broke, attempt {} of {} to reconnect: {}",
                        config.slot(),
                        backoff.failures(),
                        config.maxReconnectAttempts(),
                        e.getMessage());
            }
        }
    }

    /** Who connects is refused, as often as was to be tried: that needs a person. */
    private static PgException lasting(PgException e) {
        return e.refusesWhoConnects()
                ? new PgException(e.getMessage(), e.sqlState(), PgException.Recovery.FAIL, e)
                : e;
    }

    /**
     * Whether a connection that brought nothing was well: one that is broken each time before it
     * brings what is next isn't, however long that takes.
     */
    private boolean wasWell(@Nullable StreamSession broken) {
        boolean read =
                drifts.met() == null && progress.status().state() != StreamStatus.State.THROTTLED;
        return broken != null && broken.hasLasted() && (!read || broken.hasCaughtUp());
    }

    /**
     * A slot that was made beside transactions which change the catalog may miss what they did, and
     * then the server fails at their changes each time. That needs a person, as no restart of the
     * job helps.
     */
    private PgException undecodable(PgException e, StreamPosition reached) {
        return new PgException(
                e.getMessage()
                        + ", "
                        + backoff.failures()
                        + " times in a row behind LSN "
                        + reached.end()
                        + ". The server can't decode its WAL there. If it is mended, start the job"
                        + " again from its newest checkpoint. "
                        + FreshSnapshot.remedy(config),
                e.sqlState(),
                PgException.Recovery.FAIL,
                e);
    }

    /** Costs no attempt: somebody who may be gone still holds the slot. */
    private void waitForSlot(PgException e) throws PgException {
        if (waiting == null) {
            waiting = Instant.now().plus(SLOT_PATIENCE).truncatedTo(ChronoUnit.SECONDS);
        } else if (Instant.now().isAfter(waiting)) {
            throw new PgException(
                    e.getMessage()
                            + ", for "
                            + SLOT_PATIENCE.toMinutes()
                            + " minutes now. Stop that process, or end its session on the server:"
                            + " SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                            + " WHERE slot_name = '"
                            + config.slot()
                            + "'",
                    e.sqlState(),
                    PgException.Recovery.WAIT,
                    e);
        }
        String text = e.getMessage() + "; waiting until " + waiting;
        if (!text.equals(progress.status().text())) {
            LOG.warn("Cannot stream yet: {}", text);
        }
        show(StreamStatus.State.WAITING_FOR_SLOT, text);
        backoff.pause(SLOT_PAUSE);
    }

    private void show(StreamStatus.State state, String text) {
        // A try in between doesn't end the waiting.
        if (waiting == null || state != StreamStatus.State.CONNECTING) {
            progress.status().show(state, text);
        }
    }

    private void closeSession() {
        StreamSession open = session;
        if (open != null) {
            open.close();
            former = open.backend();
            session = null;
        }
    }

    /** From any thread: a fetch that is blocked on the stream's connection returns. */
    void abort() {
        closed = true;
        StreamSession open = session;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeSession();
        try {
            pages.close();
        } catch (IOException e) {
            LOG.warn("Cannot remove what was held back of transactions: {}", e.getMessage());
        }
        progress.status().show(StreamStatus.State.NONE, "");
    }
}

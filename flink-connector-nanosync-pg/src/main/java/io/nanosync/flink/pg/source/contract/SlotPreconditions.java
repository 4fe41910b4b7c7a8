package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.TwoPhase;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Reached;
import io.nanosync.flink.pg.wal.TimelineHistory;
import io.nanosync.flink.pg.wal.WalPlace;

/**
 * Proves that the slot still holds everything behind a position. PostgreSQL doesn't tell: asked for
 * an LSN that the slot has passed, it silently begins later. Any thread.
 */
public final class SlotPreconditions {

    private static final String PLUGIN = "pgoutput";

    private final SourceConfig config;

    public SlotPreconditions(SourceConfig config) {
        this.config = config;
    }

    /**
     * Checks server and slot.
     *
     * @param place where streaming is to begin
     * @return the server on which all is right
     * @throws PgException when changes are lost; says at which LSN and what mends it
     */
    public FollowedServer check(ControlSession control, WalPlace place) throws PgException {
        ServerIdentity server = control.identity();
        checkServer(server, place);
        TimelineHistory history = control.timelineHistory(server);
        for (Reached reached : place.reached()) {
            checkTimeline(history, reached);
        }
        checkWal(control, place);
        checkSlot(control, server, place);
        return new FollowedServer(server, history.timeline());
    }

    private void checkServer(ServerIdentity server, WalPlace place) throws PgException {
        if (server.systemIdentifier() != place.timeline().systemIdentifier()) {
            throw failed(
                    "the position belongs to the PostgreSQL cluster with system identifier "
                            + Long.toUnsignedString(place.timeline().systemIdentifier())
                            + ", this server is "
                            + Long.toUnsignedString(server.systemIdentifier())
                            + ". Point the connection at the former server");
        }
        if (server.inRecovery()) {
            // A name that leads to the primary may lead to a standby before that is promoted.
            throw PgException.tryAgain(
                    "Cannot stream from slot \""
                            + config.slot()
                            + "\": at "
                            + config.connection().address()
                            + " a standby was reached. Waiting for the primary; with several hosts"
                            + " add targetServerType=primary to reach only that");
        }
    }

    /** A promoted standby has of the former timeline what was replicated to it. */
    private void checkTimeline(TimelineHistory history, Reached reached) throws PgException {
        if (history.holds(reached.timeline(), reached.lsn())) {
            return;
        }
        Lsn end = history.end(reached.timeline());
        if (end == null) {
            throw failed(
                    "the position at LSN "
                            + reached.lsn()
                            + " was taken on timeline "
                            + reached.timeline()
                            + ", and the server is on timeline "
                            + history.timeline()
                            + ", which didn't come from that: it is a former primary, or another"
                            + " standby that was promoted. Nothing is lost where the pipeline was"
                            + " before. Point the connection at that server, and stop this one");
        }
        throw failed(
                "the position on timeline "
                        + reached.timeline()
                        + " is at LSN "
                        + reached.lsn()
                        + ", and the server, a standby that was promoted, has that timeline up"
                        + " to "
                        + end
                        + " only: what was read behind had not reached it, and never happened"
                        + " there. Start the job again from its newest checkpoint or savepoint"
                        + " that isn't beyond "
                        + end
                        + ", with a sink that takes back what came later. To keep it from"
                        + " happening set synchronized_standby_slots on the primary"
                        + " (PostgreSQL 17 and newer)");
    }

    /** PostgreSQL takes any LSN, and then sends nothing until the WAL has come so far. */
    private void checkWal(ControlSession control, WalPlace place) throws PgException {
        Lsn flushed = control.flushedLsn();
        Lsn reached = place.lsn();
        for (Reached each : place.reached()) {
            reached = Lsn.max(reached, each.lsn());
        }
        if (reached.isAfter(flushed)) {
            throw failed(
                    "what was read reaches up to LSN "
                            + reached
                            + ", and the server's WAL ends at "
                            + flushed
                            + ": it was set back, for example to a copy of its disk. What was"
                            + " committed there since isn't what was read here");
        }
    }

    /** Checks the slot alone. */
    public void checkSlot(ControlSession control, ServerIdentity server, WalPlace place)
            throws PgException {
        PromotedServer promotion = new PromotedServer(config, server, place.timeline().number());
        Lsn position = place.lsn();
        SlotState slot = control.slot(config.slot());
        if (slot == null) {
            throw failed(
                    "the slot does not exist. It was there at LSN "
                            + position
                            + ", so changes since then are lost"
                            + (promotion.isPromoted() ? ": " + promotion.slotStayedBehind() : ""));
        }
        String database = config.connection().database();
        if (slot.database() != null && !database.equals(slot.database())) {
            throw PgException.needsPerson(
                    "Cannot stream from slot \""
                            + config.slot()
                            + "\" on "
                            + config.connection().address()
                            + ": it belongs to database \""
                            + slot.database()
                            + "\", and the pipeline reads \""
                            + database
                            + "\". Was it pointed at a copy? Point the connection at the former"
                            + " database, or start without state under another pipeline name");
        }
        if (promotion.isPromoted() && !slot.synced()) {
            throw failed(
                    "the slot is no copy that the server had made of the former primary's, so it"
                            + " may begin behind LSN "
                            + position
                            + " or leave changes out: "
                            + promotion.slotStayedBehind());
        }
        if (slot.temporary()) {
            throw failed("the slot is a temporary one, of a session that will end");
        }
        if (slot.isLost()) {
            throw failed("the slot " + slot.loss() + ". The position is at LSN " + position);
        }
        Lsn confirmed = slot.confirmedFlush();
        if (confirmed == null) {
            throw failed("the slot is a physical one");
        }
        if (!PLUGIN.equals(slot.plugin())) {
            throw failed("its output plugin is " + slot.plugin() + ", expected " + PLUGIN);
        }
        if (confirmed.isAfter(position)) {
            throw failed(
                    "the slot was confirmed up to LSN "
                            + confirmed
                            + ", the state is at "
                            + position
                            + ": the changes between are gone from the slot. Was the job started"
                            + " from an old savepoint, or the slot made anew? Start from a newer"
                            + " checkpoint");
        }
        if (slot.deliversPrepared()) {
            throw deliversPrepared(slot, server, position);
        }
    }

    /** Last of what is asked of a slot: it costs nothing when all that it held is there. */
    private PgException deliversPrepared(SlotState slot, ServerIdentity server, Lsn position) {
        return PgException.needsPerson(
                "Cannot stream from slot \""
                        + config.slot()
                        + "\" on "
                        + config.connection().address()
                        + " at LSN "
                        + position
                        + ": two_phase was turned on for it, so that it delivers a prepared"
                        + " transaction before it is decided, which isn't supported. Nothing is"
                        + " lost. Stop the job, run: "
                        + TwoPhase.turnOff(slot, server.major(), config.failoverSlot())
                        + "; then start it again from its newest checkpoint");
    }

    private PgException failed(String what) {
        return PgException.needsPerson(
                "Cannot stream from slot \""
                        + config.slot()
                        + "\" on "
                        + config.connection().address()
                        + ": "
                        + what
                        + ". "
                        + FreshSnapshot.remedy(config));
    }
}

package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.TwoPhase;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.WalPlace;

/**
 * Proves that the slot still holds everything behind a position. PostgreSQL doesn't tell: asked for
 * an LSN that the slot has passed, it silently begins later. Any thread.
 */
public final class SlotPreconditions {

    private final SourceConfig config;
    private final WalPlace place;

    /**
     * @param place where the stream was when its state was taken; only its server counts here
     */
    public SlotPreconditions(SourceConfig config, WalPlace place) {
        this.config = config;
        this.place = place;
    }

    /**
     * Checks server and slot.
     *
     * @param position where streaming is to begin
     * @return the server on which all is right
     * @throws PgException when changes are lost; says at which LSN and what mends it
     */
    public ServerIdentity check(ControlSession control, Lsn position) throws PgException {
        ServerIdentity server = control.identity();
        checkServer(server);
        checkWal(control, position);
        checkSlot(control, server, position);
        return server;
    }

    private void checkServer(ServerIdentity server) throws PgException {
        if (server.systemIdentifier() != place.systemIdentifier()) {
            throw failed(
                    "the position belongs to the PostgreSQL cluster with system identifier "
                            + Long.toUnsignedString(place.systemIdentifier())
                            + ", this server is "
                            + Long.toUnsignedString(server.systemIdentifier())
                            + ". Point the connection at the former server");
        }
        if (server.inRecovery()) {
            if (config.connection().hosts().size() > 1) {
                throw PgException.tryAgain(
                        "Cannot stream from slot \""
                                + config.slot()
                                + "\": of the hosts "
                                + config.connection().address()
                                + " a standby was reached. Waiting for the primary; add"
                                + " targetServerType=primary to reach only that");
            }
            throw failed(
                    "the server is a standby. Point the connection at the primary, or add"
                            + " targetServerType=primary");
        }
        if (server.timeline() != place.timeline()) {
            throw failed(
                    "the position was taken on timeline "
                            + place.timeline()
                            + ", the server is on timeline "
                            + server.timeline()
                            + ": a standby was promoted. Following a promotion isn't supported"
                            + " yet");
        }
    }

    /** PostgreSQL takes any LSN, and then sends nothing until the WAL has come so far. */
    private void checkWal(ControlSession control, Lsn position) throws PgException {
        Lsn flushed = control.flushedLsn();
        if (position.isAfter(flushed)) {
            throw failed(
                    "the position is at LSN "
                            + position
                            + ", and the server's WAL ends at "
                            + flushed
                            + ": it was set back, for example to a copy of its disk. What was"
                            + " committed there since isn't what was read here");
        }
    }

    /** Checks the slot alone. */
    public void checkSlot(ControlSession control, ServerIdentity server, Lsn position)
            throws PgException {
        SlotState slot = control.slot(config.slot());
        if (slot == null) {
            throw failed(
                    "the slot does not exist. It was there at LSN "
                            + position
                            + ", so changes since then are lost");
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
        if (slot.isLost()) {
            throw failed("the slot " + slot.loss() + ". The position is at LSN " + position);
        }
        Lsn confirmed = slot.confirmedFlush();
        if (confirmed == null) {
            throw failed("the slot is a physical one");
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
                        + TwoPhase.turnOff(slot, server.major(), config.stream().failoverSlot())
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

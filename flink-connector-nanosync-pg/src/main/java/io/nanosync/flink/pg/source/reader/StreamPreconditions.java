package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.contract.FollowedServer;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import io.nanosync.flink.pg.source.contract.SlotPreconditions;
import io.nanosync.flink.pg.wal.WalPlace;

/** Proves that the slot still holds, and still gives, everything behind a position. */
final class StreamPreconditions {

    private final SlotPreconditions slot;
    private final ContractWatch contract;
    private final SourceConfig config;
    private final PlacesProof places;

    /** A slot that is older than an alteration may be so again where a standby was promoted. */
    private boolean placesAreProven;

    StreamPreconditions(SourceConfig config, ContractWatch contract) {
        this.slot = new SlotPreconditions(config);
        this.contract = contract;
        this.config = config;
        this.places = PlacesProof.of(config);
    }

    /**
     * Checks server, slot and what is captured.
     *
     * @param place where streaming is to begin
     * @return the server on which all is right
     * @throws PgException when changes are lost; says at which LSN and what mends it
     */
    FollowedServer check(ControlSession control, WalPlace place) throws PgException {
        FollowedServer server = slot.check(control, place);
        contract.check(control);
        if (places.isNeeded() && !placesAreProven) {
            places.require(control);
            places.requireSince(control, config.slot());
            placesAreProven = true;
        }
        return server;
    }

    /**
     * Again after streaming has begun: slot and publication may have been dropped and made anew in
     * between.
     */
    void checkAgain(ControlSession control, ServerIdentity server, WalPlace place)
            throws PgException {
        slot.checkSlot(control, server, place);
        contract.look(control);
    }
}

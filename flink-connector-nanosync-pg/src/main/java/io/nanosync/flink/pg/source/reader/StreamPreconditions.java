package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.contract.FollowedServer;
import io.nanosync.flink.pg.source.contract.SlotPreconditions;
import io.nanosync.flink.pg.wal.WalPlace;

/** Proves that the slot still holds, and still gives, everything behind a position. */
final class StreamPreconditions {

    private final SlotPreconditions slot;
    private final ContractWatch contract;

    StreamPreconditions(SourceConfig config, ContractWatch contract) {
        this.slot = new SlotPreconditions(config);
        this.contract = contract;
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

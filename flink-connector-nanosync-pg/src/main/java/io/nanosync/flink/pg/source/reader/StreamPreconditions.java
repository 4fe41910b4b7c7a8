package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.ControlSession.PublishedTable;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Proves that the slot still holds everything behind a position. PostgreSQL doesn't tell: asked for
 * an LSN that the slot has passed, it silently begins later.
 */
final class StreamPreconditions {

    private final SourceConfig config;
    private final StreamSplit split;

    StreamPreconditions(SourceConfig config, StreamSplit split) {
        this.config = config;
        this.split = split;
    }

    /**
     * Checks server, slot and publication.
     *
     * @param position where streaming is to begin
     * @throws PgException when changes are lost; says at which LSN and what mends it
     */
    void check(ControlSession control, Lsn position) throws PgException {
        checkServer(control.identity());
        checkSlot(control, position);
        checkPublication(control);
    }

    private void checkServer(ServerIdentity server) throws PgException {
        if (server.systemIdentifier() != split.systemIdentifier()) {
            throw failed(
                    "the position belongs to the PostgreSQL cluster with system identifier "
                            + Long.toUnsignedString(split.systemIdentifier())
                            + ", this server is "
                            + Long.toUnsignedString(server.systemIdentifier())
                            + ". Point the connection at the former server");
        }
        if (server.inRecovery()) {
            throw failed(
                    "the server is a standby. Point the connection at the primary, or add"
                            + " targetServerType=primary");
        }
        if (server.timeline() != split.timeline()) {
            throw failed(
                    "the position was taken on timeline "
                            + split.timeline()
                            + ", the server is on timeline "
                            + server.timeline()
                            + ": a standby was promoted. Following a promotion isn't supported"
                            + " yet");
        }
    }

    /**
     * Checks the slot alone: again after streaming has begun, since it may have been dropped and
     * made anew in between.
     */
    void checkSlot(ControlSession control, Lsn position) throws PgException {
        SlotState slot = control.slot(config.slot());
        if (slot == null) {
            throw failed(
                    "the slot does not exist. It was there at LSN "
                            + position
                            + ", so changes since then are lost");
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
    }

    private void checkPublication(ControlSession control) throws PgException {
        PublicationState publication = control.publication(config.publication());
        if (publication == null) {
            throw failed(
                    "publication \""
                            + config.publication()
                            + "\" does not exist. Changes made while it was missing can't be read"
                            + " any more");
        }
        Set<QualifiedName> published =
                publication.tables().stream().map(PublishedTable::name).collect(Collectors.toSet());
        List<String> missing =
                split.tables().stream()
                        .map(TableSchema::name)
                        .filter(name -> !published.contains(name))
                        .map(QualifiedName::toString)
                        .toList();
        if (!missing.isEmpty()) {
            throw failed(
                    "publication \""
                            + config.publication()
                            + "\" does not cover "
                            + String.join(", ", missing)
                            + " any more: changes of these tables are missing from the stream");
        }
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

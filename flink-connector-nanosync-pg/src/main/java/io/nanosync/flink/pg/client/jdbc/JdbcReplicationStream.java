package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.wal.ConfirmableLsn;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;

/**
 * The driver's stream without its own ideas: no automatic confirming, no periodic status.
 *
 * <p>What the driver's {@code getLastReceiveLSN} is: right after a message, the start LSN of that
 * message; right after a keepalive, the greater of that and the keepalive's WAL end. pgoutput gives
 * Relation and Type messages no LSN: they come as 0/0.
 */
final class JdbcReplicationStream implements ReplicationStream {

    /** A pause that never passes; zero would make the driver answer each keepalive. */
    private static final int NEVER_SECONDS = Math.toIntExact(Duration.ofDays(20).toSeconds());

    /**
     * The server answers START_REPLICATION at once. Once streaming has begun there is no bound: it
     * would lose bytes in the middle of a message.
     */
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private final Session session;
    private final PGReplicationStream stream;
    private final StreamErrors errors;
    private final WalSenderPatience patience;
    private final Backend backend;
    private long messageLsn;
    private volatile long serverWalEnd;

    private JdbcReplicationStream(
            Session session,
            PGReplicationStream stream,
            StreamErrors errors,
            WalSenderPatience patience,
            Backend backend,
            Lsn from) {
        this.session = session;
        this.stream = stream;
        this.errors = errors;
        this.patience = patience;
        this.backend = backend;
        this.messageLsn = 0;
        this.serverWalEnd = from.value();
    }

    /** Starts streaming. Takes ownership of the session. */
    static ReplicationStream start(
            Session session,
            @Nullable ServerIdentity server,
            WalSenderPatience patience,
            String slot,
            String publication,
            Lsn from,
            boolean binary)
            throws PgException {
        StreamErrors errors = new StreamErrors(session, slot, publication);
        try {
            bound(session, START_PATIENCE);
            if (server != null) {
                // A connection for replication takes SQL too, as long as it doesn't stream.
                new ServerQueries(session).require(server);
            }
            session.executeRaw(
                    "SET wal_sender_timeout = '" + patience.timeout().toMillis() + "ms'");
            Backend backend = new ServerQueries(session).ownBackend();
            PGReplicationStream stream = options(session, slot, publication, from, binary).start();
            bound(session, Duration.ZERO);
            return new JdbcReplicationStream(session, stream, errors, patience, backend, from);
        } catch (PgException e) {
            session.abort();
            throw e;
        } catch (SQLException e) {
            PgException failure = errors.starting(from, e);
            session.abort();
            throw failure;
        }
    }

    /** How long a read from the socket may take; zero for any time. */
    private static void bound(Session session, Duration silence) throws SQLException {
        session.connection().setNetworkTimeout(Runnable::run, (int) silence.toMillis());
    }

    private static ChainedLogicalStreamBuilder options(
            Session session, String slot, String publication, Lsn from, boolean binary)
            throws SQLException {
        ChainedLogicalStreamBuilder options =
                session.connection()
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withAutomaticFlush(false)
                        // The driver puts it into the command as it is.
                        .withSlotName('"' + slot + '"')
                        .withStartPosition(LogSequenceNumber.valueOf(from.value()))
                        .withStatusInterval(NEVER_SECONDS, TimeUnit.SECONDS)
                        .withSlotOption("proto_version", "1")
                        .withSlotOption("publication_names", quotedList(publication));
        if (session.major() >= 14) {
            options = options.withSlotOption("messages", "true");
            if (binary) {
                options = options.withSlotOption("binary", "true");
            }
        }
        return options;
    }

    /** A list of one identifier, within a string literal that the driver writes unescaped. */
    private static String quotedList(String publication) {
        return ('"' + publication.replace("\"", "\"\"") + '"').replace("'", "''");
    }

    @Override
    public @Nullable ByteBuffer poll() throws PgException {
        ByteBuffer message;
        long begun = System.nanoTime();
        try {
            message = stream.readPending();
        } catch (SQLException e) {
            patience.broke(Duration.ofNanos(System.nanoTime() - begun));
            throw errors.reading(e);
        } catch (OutOfMemoryError e) {
            throw HeapTooSmallException.of(
                    errors.doing() + ": the change behind " + messageLsn(), e);
        }
        long received = stream.getLastReceiveLSN().asLong();
        if (message != null) {
            messageLsn = received;
        }
        if (Long.compareUnsigned(received, serverWalEnd) > 0) {
            serverWalEnd = received;
        }
        return message;
    }

    @Override
    public Lsn messageLsn() {
        return new Lsn(messageLsn);
    }

    @Override
    public Lsn serverWalEnd() {
        return new Lsn(serverWalEnd);
    }

    @Override
    public boolean confirm(ConfirmableLsn flushed) throws PgException {
        LogSequenceNumber lsn = LogSequenceNumber.valueOf(flushed.lsn().value());
        try {
            stream.setFlushedLSN(lsn);
            stream.setAppliedLSN(lsn);
            stream.forceUpdateStatus();
            return true;
        } catch (SQLException e) {
            if (session.isAborted() || SqlStates.saysEnded(e)) {
                return false;
            }
            throw errors.confirming(flushed.lsn(), e);
        }
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public void abort() {
        session.abort();
    }

    /** Without the driver's own end of streaming, which reads what the server still sends. */
    @Override
    public void close() {
        session.close();
    }
}

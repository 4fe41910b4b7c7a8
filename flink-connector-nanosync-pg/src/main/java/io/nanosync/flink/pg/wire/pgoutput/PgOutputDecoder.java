package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.TupleSlice;
import io.nanosync.flink.pg.wire.WireCursor;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads the messages of pgoutput, protocol version 1, as PostgreSQL 13 to 18 send them. Rows are
 * handed on as two tuple slices that are reused, so nothing is allocated for a row. Not
 * thread-safe.
 *
 * <p>Origin and Type messages are checked and passed over, and so is Stream Abort, which PostgreSQL
 * 18 sends unasked. Messages of streamed or prepared transactions are refused: they come only when
 * a newer protocol was asked for, and what follows them could not be attributed to a transaction.
 *
 * <p>Source: PostgreSQL documentation, "Logical Replication Message Formats"; {@code
 * src/backend/replication/logical/proto.c}.
 */
public final class PgOutputDecoder {

    /** 2000-01-01T00:00:00Z, PostgreSQL's epoch, in microseconds since 1970-01-01T00:00:00Z. */
    public static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

    private static final int TRANSACTIONAL = 1;
    private static final int TRUNCATE_CASCADE = 1;
    private static final int TRUNCATE_RESTART_IDENTITY = 2;

    private final WireCursor cursor = new WireCursor();
    private final TupleSlice oldTuple = new TupleSlice();
    private final TupleSlice newTuple = new TupleSlice();

    /**
     * Reads one message and tells the handler. The whole message is checked before the handler is
     * called.
     *
     * @param message big-endian, backed by an array; the message lies between position and limit,
     *     which stay as they are. Tuples point into it
     * @throws MalformedMessageException when the bytes aren't such a message
     */
    public void decode(ByteBuffer message, PgOutputHandler handler) {
        if (!message.hasRemaining()) {
            // 13 sends one behind the Begin of a transaction whose origin it can't name.
            handler.origin("");
            return;
        }
        cursor.begin(message, "pgoutput");
        byte type = cursor.int8("type of the message");
        switch (type) {
            case 'I' -> insert(message, handler);
            case 'U' -> update(message, handler);
            case 'D' -> delete(message, handler);
            case 'B' -> begin(handler);
            case 'C' -> commit(handler);
            case 'R' -> relation(handler);
            case 'T' -> truncate(handler);
            case 'M' -> message(handler);
            case 'O' -> origin(handler);
            case 'Y' -> type();
            case 'A' -> streamAbort();
            default -> throw unexpected(type);
        }
    }

    private void insert(ByteBuffer message, PgOutputHandler handler) {
        cursor.name("Insert");
        int relationOid = cursor.int32("relation OID");
        newTuple(cursor.int8("kind of tuple"), message);
        cursor.end();
        handler.insert(relationOid, newTuple);
    }

    private void update(ByteBuffer message, PgOutputHandler handler) {
        cursor.name("Update");
        int relationOid = cursor.int32("relation OID");
        byte kind = cursor.int8("kind of tuple");
        char oldKind = 0;
        if (kind == 'K' || kind == 'O') {
            oldKind = (char) kind;
            TupleDataDecoder.decode(cursor, message, oldTuple);
            kind = cursor.int8("kind of tuple");
        }
        newTuple(kind, message);
        cursor.end();
        handler.update(relationOid, oldKind, oldKind == 0 ? null : oldTuple, newTuple);
    }

    private void delete(ByteBuffer message, PgOutputHandler handler) {
        cursor.name("Delete");
        int relationOid = cursor.int32("relation OID");
        byte kind = cursor.int8("kind of tuple");
        if (kind != 'K' && kind != 'O') {
            throw cursor.malformed("kind of tuple", "K or O", Codes.describe(kind));
        }
        TupleDataDecoder.decode(cursor, message, oldTuple);
        cursor.end();
        handler.delete(relationOid, (char) kind, oldTuple);
    }

    private void newTuple(byte kind, ByteBuffer message) {
        if (kind != 'N') {
            throw cursor.malformed("kind of tuple", "N", Codes.describe(kind));
        }
        TupleDataDecoder.decode(cursor, message, newTuple);
    }

    private void begin(PgOutputHandler handler) {
        cursor.name("Begin");
        Lsn finalLsn = new Lsn(cursor.int64("final LSN"));
        long commitTimestampMicros = timestampMicros();
        int xid = cursor.int32("xid");
        cursor.end();
        handler.begin(new Begin(finalLsn, commitTimestampMicros, xid));
    }

    private void commit(PgOutputHandler handler) {
        cursor.name("Commit");
        cursor.int8("flags");
        Lsn commitLsn = new Lsn(cursor.int64("commit LSN"));
        Lsn endLsn = new Lsn(cursor.int64("end LSN"));
        long commitTimestampMicros = timestampMicros();
        cursor.end();
        handler.commit(new Commit(commitLsn, endLsn, commitTimestampMicros));
    }

    private long timestampMicros() {
        return cursor.int64("commit timestamp") + POSTGRES_EPOCH_MICROS;
    }

    private void relation(PgOutputHandler handler) {
        cursor.name("Relation");
        int oid = cursor.int32("relation OID");
        String schema = cursor.string("namespace");
        String name = cursor.string("relation name");
        ReplicaIdentity identity = replicaIdentity(cursor.int8("replica identity"));
        int columns = cursor.int16("number of columns");
        if (columns < 0) {
            throw cursor.malformed("number of columns", "at least 0", Integer.toString(columns));
        }
        List<RelationColumn> list = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            boolean partOfIdentity = (cursor.int8("flags of a column") & 1) != 0;
            String columnName = cursor.string("name of a column");
            int typeOid = cursor.int32("type OID of a column");
            int typmod = cursor.int32("type modifier of a column");
            list.add(new RelationColumn(columnName, partOfIdentity, typeOid, typmod));
        }
        cursor.end();
        // An empty namespace is how the protocol writes pg_catalog.
        QualifiedName table = new QualifiedName(schema.isEmpty() ? "pg_catalog" : schema, name);
        handler.relation(
                new RelationMessage(oid, table, identity, Collections.unmodifiableList(list)));
    }

    private ReplicaIdentity replicaIdentity(byte code) {
        for (ReplicaIdentity identity : ReplicaIdentity.values()) {
            if (identity.code() == code) {
                return identity;
            }
        }
        throw cursor.malformed("replica identity", "d, n, f or i", Codes.describe(code));
    }

    private void truncate(PgOutputHandler handler) {
        cursor.name("Truncate");
        int relations = cursor.int32("number of relations");
        int options = cursor.int8("options");
        if (relations < 0 || relations > cursor.remaining() / Integer.BYTES) {
            throw cursor.malformed(
                    "number of relations",
                    "as many as OIDs follow (" + cursor.remaining() + " bytes)",
                    Integer.toString(relations));
        }
        List<Integer> oids = new ArrayList<>(relations);
        for (int i = 0; i < relations; i++) {
            oids.add(cursor.int32("relation OID"));
        }
        cursor.end();
        handler.truncate(
                new Truncate(
                        Collections.unmodifiableList(oids),
                        (options & TRUNCATE_CASCADE) != 0,
                        (options & TRUNCATE_RESTART_IDENTITY) != 0));
    }

    private void message(PgOutputHandler handler) {
        cursor.name("Message");
        boolean transactional = (cursor.int8("flags") & TRANSACTIONAL) != 0;
        Lsn lsn = new Lsn(cursor.int64("LSN"));
        String prefix = cursor.string("prefix");
        cursor.skip(cursor.int32("length of the content"), "content");
        cursor.end();
        handler.message(new LogicalMessage(transactional, lsn, prefix));
    }

    private void origin(PgOutputHandler handler) {
        cursor.name("Origin");
        cursor.int64("commit LSN on the origin");
        String name = cursor.string("name of the origin");
        cursor.end();
        handler.origin(name);
    }

    private void type() {
        cursor.name("Type");
        cursor.int32("type OID");
        cursor.string("namespace");
        cursor.string("name of the type");
        cursor.end();
    }

    private void streamAbort() {
        cursor.name("Stream Abort");
        cursor.int32("xid");
        cursor.int32("xid of the subtransaction");
        if (cursor.remaining() > 0) {
            // Only when the client asked for parallel streaming.
            cursor.int64("abort LSN");
            cursor.int64("abort timestamp");
        }
        cursor.end();
    }

    private static MalformedMessageException unexpected(byte type) {
        String streamed =
                switch (type) {
                    case 'S' -> "Stream Start";
                    case 'E' -> "Stream Stop";
                    case 'c' -> "Stream Commit";
                    case 'b' -> "Begin Prepare";
                    case 'P' -> "Prepare";
                    case 'K' -> "Commit Prepared";
                    case 'r' -> "Rollback Prepared";
                    case 'p' -> "Stream Prepare";
                    default -> "";
                };
        if (streamed.isEmpty()) {
            return new MalformedMessageException(
                    "Unknown pgoutput message "
                            + Codes.describe(type)
                            + " at offset 0: expected one of B, C, R, Y, I, U, D, T, M, O, A");
        }
        return new MalformedMessageException(
                "Unexpected pgoutput message "
                        + streamed
                        + " "
                        + Codes.describe(type)
                        + " at offset 0: protocol version 1 without streaming and two-phase commit"
                        + " doesn't have it. Check that START_REPLICATION asks for proto_version"
                        + " '1' only");
    }
}

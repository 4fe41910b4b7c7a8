package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.wire.TupleSlice;
import org.jspecify.annotations.Nullable;

/**
 * Receives the messages of a pgoutput stream, one call a message, in order. Tuples are valid only
 * during the call. Names are those of the PostgreSQL documentation, "Logical Replication Message
 * Formats".
 */
public interface PgOutputHandler {

    void begin(Begin begin);

    void commit(Commit commit);

    /**
     * The transaction at hand was applied from another server, and has the time of its commit
     * there.
     *
     * @param name of the replication origin; empty where the server can't name it
     */
    void origin(String name);

    void relation(RelationMessage relation);

    /** A row was inserted. */
    void insert(int relationOid, TupleSlice newTuple);

    /**
     * A row was updated.
     *
     * @param oldKind {@code 'K'} when {@code oldTuple} holds the replica identity's columns only,
     *     {@code 'O'} when it is whole, 0 without one
     */
    void update(int relationOid, char oldKind, @Nullable TupleSlice oldTuple, TupleSlice newTuple);

    /**
     * A row was deleted.
     *
     * @param oldKind {@code 'K'} or {@code 'O'}, as in {@link #update}
     */
    void delete(int relationOid, char oldKind, TupleSlice oldTuple);

    void truncate(Truncate truncate);

    /** A logical message ({@code pg_logical_emit_message}), from PostgreSQL 14. */
    void message(LogicalMessage message);
}

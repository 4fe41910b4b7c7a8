package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.TimelineHistory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Catalog, slot and publication. One thread at a time; {@link #close} from any. */
public interface ControlSession extends CompositeCatalog, AutoCloseable {

    ServerIdentity identity() throws PgException;

    /**
     * The timelines that led to a server's own; over a connection of its own, for replication.
     *
     * @param server the server that was asked who it is: to reach another one is an error
     */
    TimelineHistory timelineHistory(ServerIdentity server) throws PgException;

    /**
     * A session advisory lock on the slot's name: false when another session holds it. Ends with
     * the session.
     */
    boolean tryLock(String slot) throws PgException;

    /**
     * Process id and application name of the session that holds the lock, for the error message;
     * null when nobody does.
     */
    @Nullable String lockHolder(String slot) throws PgException;

    /**
     * Ends the session that holds the lock when it is provably one of ours that nobody uses any
     * more: of the same application and role, idle for at least this long, and with no walsender of
     * that application in the database.
     *
     * @return whether a session was ended
     */
    boolean endSilentLockHolder(String slot, Duration silence) throws PgException;

    /** Whether {@link #endSilentLockHolder} would end a session. Ends none. */
    boolean hasSilentLockHolder(String slot, Duration silence) throws PgException;

    /** The slot; null when there is none of this name. */
    @Nullable SlotState slot(String name) throws PgException;

    /**
     * How many transactions were sent from a slot since it was made, to whomever. As far as the
     * server knows: not before 14, and a crash makes it forget.
     */
    long transactionsSent(String slot) throws PgException;

    /**
     * Who streams from the slot: process id, application name and address, for messages; null when
     * nobody does.
     */
    @Nullable SlotHolder slotHolder(String slot) throws PgException;

    /**
     * The walsender of the slot while it is held up by its own last words: it was told to end, and
     * its client doesn't read the message that says so. The server's checkpoints wait for it when
     * the slot is to be invalidated. Another who tells it ends it.
     *
     * @return null when there is none
     */
    @Nullable Backend heldUpAtItsEnd(String slot) throws PgException;

    /**
     * Ends a process of the server that served a connection of ours which is closed, or that can't
     * end by itself. It may not have noticed yet.
     *
     * @return whether it was there
     */
    boolean end(Backend former) throws PgException;

    /**
     * Which of these transactions can't be told to have ended before the slot was made, or before
     * it moved to where it is: those that aren't older than its {@code catalog_xmin}.
     *
     * @param transactions from {@code xmin}, unsigned; of rows that are visible
     */
    Set<Integer> notOlderThanSlot(String slot, Set<Integer> transactions) throws PgException;

    /**
     * The {@code attnum} of those columns of a table that were dropped and can't be told to have
     * been dropped before the slot's place: see {@link #notOlderThanSlot}.
     *
     * @param table OID, unsigned
     */
    Set<Integer> droppedSinceSlot(String slot, int table) throws PgException;

    /**
     * Whether all changes that a slot has yet to deliver were written at a place in the WAL or
     * behind it, however long ago the slot's own place was confirmed.
     */
    boolean deliversOnlyBehind(String slot, Lsn place) throws PgException;

    /** Drops a slot that is inactive. */
    void dropSlot(String name) throws PgException;

    /** Moves an unused slot to where it is: resets its idle time-out. */
    void touchSlot(String name, Lsn confirmed) throws PgException;

    /** The schemas of the database by name, but the system's. */
    List<String> schemas() throws PgException;

    /** What a schema holds for someone who captures all of it. */
    SchemaContents contents(String schema) throws PgException;

    /**
     * Describes tables with all types they use, in a few queries however many they are. Gives those
     * that are there, in the order of the names.
     *
     * @param publication through which they are captured: decides about generated columns; null
     *     without a stream
     */
    List<TableDescription> describe(List<QualifiedName> tables, @Nullable String publication)
            throws PgException;

    /** Describes one table as a snapshot sees it; null when there is none of this name. */
    default @Nullable TableDescription describe(QualifiedName table) throws PgException {
        List<TableDescription> found = describe(List.of(table), null);
        return found.isEmpty() ? null : found.get(0);
    }

    /**
     * Columns of a table, or of a partition of it, that may have given a value to rows that were
     * there when they were added: those with a default, and those that had a constant one then.
     */
    Set<String> filledColumns(int table) throws PgException;

    /**
     * Whether a transaction hasn't ended for others: what it did isn't seen yet, even where its
     * commit was sent already.
     *
     * @param transaction its id, unsigned
     */
    boolean isOpen(int transaction) throws PgException;

    /** Names of those tables that are there, by OID. */
    Map<Integer, QualifiedName> names(List<Integer> tables) throws PgException;

    /** OIDs of those tables that are there; a view or a sequence is none. */
    Map<QualifiedName, Integer> oids(List<QualifiedName> tables) throws PgException;

    /**
     * What the catalog says of captured tables and the publication, in one snapshot of it.
     *
     * @param publication the publication
     * @param captured the tables: looked up by OID, and who has their names
     */
    CatalogReading readCatalog(String publication, List<TableSchema> captured) throws PgException;

    /**
     * Which of these tables have never been written, so that what is written to them lies behind a
     * place in the WAL. Not told of one that was emptied by a truncate, or by vacuum.
     *
     * @param tables OIDs, unsigned
     */
    Unwritten unwritten(Set<Integer> tables) throws PgException;

    /**
     * The {@link CatalogReading#digest} of what {@link #readCatalog} would give now, at a fraction
     * of its cost.
     */
    String catalogDigest(String publication, List<TableSchema> captured) throws PgException;

    /**
     * The first of these tables that has the table as a partition, right below or further down;
     * null when none has.
     */
    @Nullable Integer rootOf(int table, List<Integer> roots) throws PgException;

    /** A type as {@code format_type} prints it, for messages. */
    String typeText(int oid, int typmod) throws PgException;

    /**
     * Types with all that they are made of, by OID.
     *
     * @param oids of types, unsigned; those that aren't there aren't in the answer
     */
    Map<Integer, PgType> types(List<Integer> oids) throws PgException;

    /** The publication; null when there is none of this name. */
    @Nullable PublicationState publication(String name) throws PgException;

    /**
     * Creates the publication for exactly these tables, with {@code publish_via_partition_root}.
     *
     * @param comment what {@link #publicationComment} gives from then on
     */
    void createPublication(String name, List<QualifiedName> tables, String comment)
            throws PgException;

    /** The comment of a publication; null when it has none, or isn't there. */
    @Nullable String publicationComment(String name) throws PgException;

    /** Whether the role may alter the publication, and it is one of tables by their names. */
    boolean ownsPublicationOfTables(String name) throws PgException;

    /** Which of the tables of these OIDs the publication has by their own names. */
    List<QualifiedName> publicationMembers(String name, List<Integer> tables) throws PgException;

    /** Adds tables to the publication. */
    void addToPublication(String name, List<QualifiedName> tables) throws PgException;

    /** Takes tables out of the publication. */
    void removeFromPublication(String name, List<QualifiedName> tables) throws PgException;

    /** The statement that takes tables out of the publication, for a person who runs it. */
    String removeFromPublicationSql(String name, List<QualifiedName> tables);

    /** Drops the publication if it is there. */
    void dropPublication(String name) throws PgException;

    /** A setting as {@code SHOW} prints it; null when the server doesn't know it. */
    @Nullable String setting(String name) throws PgException;

    /** Current WAL insert position; on a standby the replay position. */
    Lsn currentLsn() throws PgException;

    /**
     * Up to where the server's WAL is on disk: no position that it gave lies beyond. On a standby
     * the replay position.
     */
    Lsn flushedLsn() throws PgException;

    /**
     * Writes a logical message outside any transaction and returns its LSN, without waiting for
     * standbys.
     */
    Lsn emitHeartbeat(String prefix) throws PgException;

    /**
     * Findings about this server for a pipeline: everything that would fail later, each with its
     * remedy.
     */
    List<Finding> preflight(PreflightRequest request) throws PgException;

    @Override
    void close();

    /**
     * Tables that have never been written.
     *
     * @param tables OIDs, unsigned
     * @param behind all that is written to them lies here or behind
     */
    record Unwritten(Set<Integer> tables, Lsn behind) {}

    /**
     * The server process that streams from a slot.
     *
     * @param application its application name
     * @param address where its client is; null for a local socket, or where the role may not see it
     */
    record SlotHolder(int pid, String application, @Nullable String address) {
        @Override
        public String toString() {
            return "PID "
                    + pid
                    + " (application \""
                    + application
                    + "\""
                    + (address == null ? "" : ", " + address)
                    + ")";
        }
    }

    /**
     * A table and what the catalog says of it beyond its columns.
     *
     * @param kind {@code pg_class.relkind}: {@code r} table, {@code p} partitioned, {@code v} view,
     *     {@code f} foreign …
     * @param persistence {@code p} permanent, {@code u} unlogged, {@code t} temporary
     * @param estimatedRows from statistics, leaves summed; negative when unknown
     */
    record TableDescription(TableSchema schema, char kind, char persistence, long estimatedRows) {}

    /**
     * A publication.
     *
     * @param tables from {@code pg_publication_tables}
     */
    record PublicationState(
            String name,
            boolean allTables,
            boolean insert,
            boolean update,
            boolean delete,
            boolean truncate,
            boolean viaRoot,
            List<PublishedTable> tables) {}

    /**
     * One published table.
     *
     * @param columns its column list; null for all columns
     * @param rowFilter its WHERE clause; null without one
     */
    record PublishedTable(
            QualifiedName name, @Nullable List<String> columns, @Nullable String rowFilter) {}
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.client.SchemaContents;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.relation.CompositeType;
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

/** One ordinary session, its questions sorted by what they are about. */
final class JdbcControlSession implements ControlSession {

    private final Connector connector;
    private final Session session;
    private final ServerQueries server;
    private final SlotQueries slots;
    private final PublicationQueries publications;
    private final TableCatalog catalog;
    private final ContractQueries contracts;

    /**
     * Takes ownership of the session.
     *
     * @param connector opens further sessions for preflight's trials
     */
    JdbcControlSession(Connector connector, Session session) {
        this.connector = connector;
        this.session = session;
        this.server = new ServerQueries(session);
        this.slots = new SlotQueries(session);
        this.publications = new PublicationQueries(session);
        this.catalog = new TableCatalog(session);
        this.contracts = new ContractQueries(session, catalog);
    }

    @Override
    public ServerIdentity identity() throws PgException {
        return server.identity();
    }

    @Override
    public TimelineHistory timelineHistory(ServerIdentity expected) throws PgException {
        return TimelineQuery.of(connector, expected);
    }

    @Override
    public boolean tryLock(String slot) throws PgException {
        return server.tryLock(slot);
    }

    @Override
    public @Nullable String lockHolder(String slot) throws PgException {
        return server.lockHolder(slot);
    }

    @Override
    public boolean endSilentLockHolder(String slot, Duration silence) throws PgException {
        return server.endSilentLockHolder(slot, silence);
    }

    @Override
    public boolean hasSilentLockHolder(String slot, Duration silence) throws PgException {
        return server.hasSilentLockHolder(slot, silence);
    }

    @Override
    public @Nullable SlotState slot(String name) throws PgException {
        return slots.slot(name);
    }

    @Override
    public Set<Integer> notOlderThanSlot(String slot, Set<Integer> transactions)
            throws PgException {
        return slots.notOlder(slot, transactions);
    }

    @Override
    public boolean deliversOnlyBehind(String slot, Lsn place) throws PgException {
        return slots.deliversOnlyBehind(slot, place);
    }

    @Override
    public Set<Integer> droppedSinceSlot(String slot, int table) throws PgException {
        return slots.droppedSince(slot, table);
    }

    @Override
    public long transactionsSent(String slot) throws PgException {
        return slots.transactionsSent(slot);
    }

    @Override
    public boolean end(Backend former) throws PgException {
        return server.end(former);
    }

    @Override
    public @Nullable Backend heldUpAtItsEnd(String slot) throws PgException {
        return server.heldUpAtItsEnd(slot);
    }

    @Override
    public @Nullable SlotHolder slotHolder(String slot) throws PgException {
        return slots.holder(slot);
    }

    @Override
    public void dropSlot(String name) throws PgException {
        slots.drop(name);
    }

    @Override
    public void touchSlot(String name, Lsn confirmed) throws PgException {
        slots.touch(name, confirmed);
    }

    @Override
    public List<String> schemas() throws PgException {
        return new SchemaQueries(session).schemas();
    }

    @Override
    public SchemaContents contents(String schema) throws PgException {
        return new SchemaQueries(session).contents(schema);
    }

    @Override
    public List<TableDescription> describe(List<QualifiedName> tables, @Nullable String publication)
            throws PgException {
        return catalog.describe(tables, publication);
    }

    @Override
    public Map<Integer, QualifiedName> names(List<Integer> tables) throws PgException {
        return catalog.names(tables);
    }

    @Override
    public Map<QualifiedName, Integer> oids(List<QualifiedName> tables) throws PgException {
        return catalog.oids(tables);
    }

    @Override
    public CatalogReading readCatalog(String publication, List<TableSchema> captured)
            throws PgException {
        return contracts.read(publication, captured);
    }

    @Override
    public Unwritten unwritten(Set<Integer> tables) throws PgException {
        return contracts.unwritten(tables, currentLsn());
    }

    @Override
    public String catalogDigest(String publication, List<TableSchema> captured) throws PgException {
        return contracts.digest(publication, captured);
    }

    @Override
    public @Nullable Integer rootOf(int table, List<Integer> roots) throws PgException {
        return contracts.rootOf(table, roots);
    }

    @Override
    public Set<String> filledColumns(int table) throws PgException {
        return catalog.filled(table);
    }

    @Override
    public boolean isOpen(int transaction) throws PgException {
        return session.one(
                "look whether transaction " + Integer.toUnsignedString(transaction) + " has ended",
                """
                SELECT EXISTS (SELECT FROM pg_locks
                                WHERE locktype = 'transactionid' AND granted
                                  AND transactionid = ?::text::xid)
                """,
                row -> row.getBoolean(1),
                Integer.toUnsignedString(transaction));
    }

    @Override
    public String typeText(int oid, int typmod) throws PgException {
        return catalog.typeText(oid, typmod);
    }

    @Override
    public Map<Integer, PgType> types(List<Integer> oids) throws PgException {
        return new TypeCatalog(session)
                .load("describe types", oids.stream().map(Integer::toUnsignedLong).toList());
    }

    @Override
    public List<CompositeType> composites(List<Integer> oids) throws PgException {
        return new CompositeQueries(session).read(oids);
    }

    @Override
    public @Nullable PublicationState publication(String name) throws PgException {
        return publications.publication(name);
    }

    @Override
    public void createPublication(String name, List<QualifiedName> tables, String comment)
            throws PgException {
        publications.create(name, tables, comment);
    }

    @Override
    public @Nullable String publicationComment(String name) throws PgException {
        return publications.comment(name);
    }

    @Override
    public boolean ownsPublicationOfTables(String name) throws PgException {
        return publications.ownsOneOfTables(name);
    }

    @Override
    public List<QualifiedName> publicationMembers(String name, List<Integer> tables)
            throws PgException {
        return publications.members(name, tables);
    }

    @Override
    public void addToPublication(String name, List<QualifiedName> tables) throws PgException {
        publications.add(name, tables);
    }

    @Override
    public void removeFromPublication(String name, List<QualifiedName> tables) throws PgException {
        publications.remove(name, tables);
    }

    @Override
    public String removeFromPublicationSql(String name, List<QualifiedName> tables) {
        return PublicationQueries.removeSql(name, tables);
    }

    @Override
    public void dropPublication(String name) throws PgException {
        publications.drop(name);
    }

    @Override
    public @Nullable String setting(String name) throws PgException {
        return server.setting(name);
    }

    @Override
    public Lsn currentLsn() throws PgException {
        return server.currentLsn();
    }

    @Override
    public Lsn flushedLsn() throws PgException {
        return server.flushedLsn();
    }

    @Override
    public Lsn emitHeartbeat(String prefix) throws PgException {
        return server.emitHeartbeat(prefix);
    }

    @Override
    public List<Finding> preflight(PreflightRequest request) throws PgException {
        return Preflight.run(session, connector, request);
    }

    @Override
    public void close() {
        session.close();
    }
}

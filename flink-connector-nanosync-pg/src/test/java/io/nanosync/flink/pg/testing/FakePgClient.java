package io.nanosync.flink.pg.testing;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.RowLookup;
import io.nanosync.flink.pg.client.SchemaContents;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.relation.contract.Coverage;
import io.nanosync.flink.pg.relation.contract.PublicationTerms;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.TimelineHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of a server that does what a test tells it: for orders of events that a real server
 * can't be steered into, never for what PostgreSQL answers. One slot, one publication, any number
 * of tables. Thread-safe.
 */
public final class FakePgClient implements PgClient {

    private static final long serialVersionUID = 1L;

    private static final long SYSTEM_IDENTIFIER = 4711;

    private final transient Map<QualifiedName, TableSchema> tables = new LinkedHashMap<>();
    private final transient Map<Integer, Long> blocks = new HashMap<>();
    private final transient List<FakeKeeper> keepers = new ArrayList<>();
    private final transient List<PreflightRequest> preflights = new ArrayList<>();
    private final transient List<Finding> findings = new ArrayList<>();
    private final transient List<String> calls = new ArrayList<>();
    private final transient Map<String, Failure> failures = new HashMap<>();
    private transient @Nullable String held;
    private transient @Nullable SlotState slot;
    private transient boolean inRecovery;
    private transient int timeline = 1;
    private transient boolean locked;
    private boolean published;
    private long lsn = 1000;
    private int sessions;

    private record Failure(int inCalls, PgException error) {}

    /** Adds a table of so many blocks. */
    public synchronized FakePgClient table(TableSchema schema, long numBlocks) {
        tables.put(schema.name(), schema);
        blocks.put(schema.oid(), numBlocks);
        return this;
    }

    /** Makes the n-th call of this name from now fail, once. */
    public synchronized void fail(String call, int nth, PgException error) {
        failures.put(call, new Failure(nth, error));
    }

    /** Makes calls of this name wait until {@link #release}. */
    public synchronized void hold(String call) {
        held = call;
    }

    /** Lets what {@link #hold} holds go on. */
    public synchronized void release() {
        held = null;
        notifyAll();
    }

    /** Ends all keepers, as the end of their sessions does. */
    public synchronized void loseKeepers() {
        keepers.forEach(keeper -> keeper.alive = false);
    }

    /** How many keepers are alive. */
    public synchronized long liveKeepers() {
        return keepers.stream().filter(keeper -> keeper.alive).count();
    }

    /** Sets the slot; null for none. */
    public synchronized void slot(@Nullable SlotState newSlot) {
        slot = newSlot;
    }

    /** A healthy slot that nobody uses. */
    public static SlotState inactiveSlot(String name, Lsn confirmed) {
        return new SlotState(
                name,
                "pgoutput",
                "fake",
                null,
                confirmed,
                "reserved",
                null,
                null,
                null,
                0,
                false,
                false,
                false,
                false);
    }

    /** A slot that was invalidated. */
    public static SlotState lostSlot(String name, Lsn confirmed) {
        return new SlotState(
                name,
                "pgoutput",
                "fake",
                null,
                confirmed,
                "lost",
                null,
                null,
                null,
                0,
                false,
                false,
                false,
                false);
    }

    /** How many control sessions are open. */
    public synchronized int sessions() {
        return sessions;
    }

    /** The publication is there. */
    public synchronized void published() {
        published = true;
    }

    /** Preflight finds these from now on. */
    public synchronized void finds(Finding... nowFound) {
        findings.clear();
        findings.addAll(List.of(nowFound));
    }

    /** What preflight was asked to check, each time. */
    public synchronized List<PreflightRequest> preflights() {
        return List.copyOf(preflights);
    }

    /** Whether the server is a standby from now on. */
    public synchronized void standby(boolean isStandby) {
        inRecovery = isStandby;
    }

    /** The timeline of the server from now on. */
    public synchronized void timeline(int isNow) {
        timeline = isNow;
    }

    /** What was called so far, in order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private synchronized void called(String call) throws PgException {
        calls.add(call);
        notifyAll();
        while (call.equals(held)) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw PgException.tryAgain("Interrupted in " + call);
            }
        }
        Failure failure = failures.remove(call);
        if (failure != null) {
            if (failure.inCalls() <= 1) {
                throw failure.error();
            }
            failures.put(call, new Failure(failure.inCalls() - 1, failure.error()));
        }
    }

    private static TableTerms covered(TableSchema table) {
        return new TableTerms(
                table.oid(),
                table.name(),
                'r',
                'p',
                List.of(
                        new Coverage(
                                Coverage.By.TABLE, table.oid(), table.oid(), 3, null, null, null)),
                List.of(),
                List.of(),
                null);
    }

    private synchronized Keeper keeper() {
        FakeKeeper keeper =
                new FakeKeeper(
                        new SnapshotIdentity(
                                "keeper-" + keepers.size(),
                                "10:20:",
                                "2026-11-22 07:00:00+00",
                                SYSTEM_IDENTIFIER));
        keepers.add(keeper);
        return keeper;
    }

    @Override
    public ControlSession openControl() throws PgException {
        called("openControl");
        synchronized (this) {
            sessions++;
        }
        return new FakeControl();
    }

    @Override
    public synchronized ExportedSlot createSlot(
            String name, boolean failover, Duration bound, Consumer<String> waiting)
            throws PgException {
        called("createSlot");
        if (slot != null) {
            throw new IllegalStateException("The slot is there");
        }
        lsn += 8;
        Lsn consistentPoint = new Lsn(lsn);
        slot = inactiveSlot(name, consistentPoint);
        return new ExportedSlot() {
            @Override
            public Lsn consistentPoint() {
                return consistentPoint;
            }

            @Override
            public String snapshotId() {
                return "exported-" + consistentPoint;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Keeper importSnapshot(String snapshotId) throws PgException {
        called("importSnapshot");
        return keeper();
    }

    @Override
    public Keeper takeSnapshot() throws PgException {
        called("takeSnapshot");
        return keeper();
    }

    @Override
    public LocatedSnapshot locateSnapshot(Duration bound, Waiting waiting) throws PgException {
        called("locateSnapshot");
        synchronized (this) {
            lsn += 8;
            return new LocatedSnapshot(keeper(), new Lsn(lsn), new Lsn(lsn + 4));
        }
    }

    @Override
    public SnapshotSession openSnapshot() {
        throw new UnsupportedOperationException("Readers are played by the test");
    }

    @Override
    public CatalogSession openCatalog() {
        throw new UnsupportedOperationException("No catalog of Flink asks here");
    }

    @Override
    public RowLookup openLookup() {
        throw new UnsupportedOperationException("Readers are played by the test");
    }

    @Override
    public void turnOnFailover(ServerIdentity server, String slotName) throws PgException {
        called("turnOnFailover");
    }

    @Override
    public ReplicationStream startReplication(
            @Nullable ServerIdentity server,
            String name,
            String publication,
            Lsn from,
            boolean binary) {
        throw new UnsupportedOperationException("Readers are played by the test");
    }

    private final class FakeKeeper implements Keeper {

        private final SnapshotIdentity identity;
        private boolean alive = true;

        FakeKeeper(SnapshotIdentity identity) {
            this.identity = identity;
        }

        @Override
        public SnapshotIdentity identity() {
            return identity;
        }

        @Override
        public List<TableFile> files(int tableOid) {
            synchronized (FakePgClient.this) {
                for (TableSchema table : tables.values()) {
                    if (table.oid() == tableOid) {
                        return List.of(
                                new TableFile(
                                        tableOid,
                                        table.name(),
                                        tableOid,
                                        blocks.getOrDefault(tableOid, 1L),
                                        -1));
                    }
                }
                throw new IllegalStateException("No table with OID " + tableOid);
            }
        }

        @Override
        public boolean isAlive() {
            synchronized (FakePgClient.this) {
                calls.add("isAlive");
                return alive;
            }
        }

        @Override
        public void close() {
            synchronized (FakePgClient.this) {
                alive = false;
            }
        }
    }

    private final class FakeControl implements ControlSession {

        private boolean holdsLock;
        private boolean closed;

        @Override
        public ServerIdentity identity() throws PgException {
            called("identity");
            synchronized (FakePgClient.this) {
                return new ServerIdentity(
                        SYSTEM_IDENTIFIER, timeline, 180_000, "2026-11-22 07:00:00+00", inRecovery);
            }
        }

        @Override
        public TimelineHistory timelineHistory(ServerIdentity server) {
            return new TimelineHistory(
                    Timeline.numbered(server.systemIdentifier(), server.timeline()), List.of());
        }

        @Override
        public List<CompositeType> composites(List<Integer> oids) {
            throw new UnsupportedOperationException("No column is read as ROW here");
        }

        @Override
        public boolean deliversOnlyBehind(String name, Lsn place) {
            throw new UnsupportedOperationException("No column is read as ROW here");
        }

        @Override
        public boolean tryLock(String name) throws PgException {
            called("tryLock");
            synchronized (FakePgClient.this) {
                if (!locked) {
                    locked = true;
                    holdsLock = true;
                }
                return holdsLock;
            }
        }

        @Override
        public Set<Integer> notOlderThanSlot(String name, Set<Integer> transactions) {
            return Set.of();
        }

        @Override
        public Unwritten unwritten(Set<Integer> tables) {
            return new Unwritten(Set.of(), Lsn.NONE);
        }

        @Override
        public Set<Integer> droppedSinceSlot(String name, int table) {
            return Set.of();
        }

        @Override
        public long transactionsSent(String name) {
            return 0;
        }

        @Override
        public @Nullable SlotHolder slotHolder(String name) {
            return null;
        }

        @Override
        public @Nullable Backend heldUpAtItsEnd(String name) {
            return null;
        }

        @Override
        public boolean end(Backend former) {
            throw new UnsupportedOperationException("Readers are played by the test");
        }

        @Override
        public @Nullable String lockHolder(String name) {
            return null;
        }

        @Override
        public boolean endSilentLockHolder(String name, Duration silence) {
            return false;
        }

        @Override
        public boolean hasSilentLockHolder(String name, Duration silence) {
            return false;
        }

        @Override
        public @Nullable SlotState slot(String name) throws PgException {
            called("slot");
            synchronized (FakePgClient.this) {
                return slot;
            }
        }

        @Override
        public void dropSlot(String name) throws PgException {
            called("dropSlot");
            synchronized (FakePgClient.this) {
                slot = null;
            }
        }

        @Override
        public void touchSlot(String name, Lsn confirmed) throws PgException {
            called("touchSlot");
        }

        @Override
        public List<String> schemas() {
            synchronized (FakePgClient.this) {
                return tables.keySet().stream().map(QualifiedName::schema).distinct().toList();
            }
        }

        @Override
        public SchemaContents contents(String schema) {
            synchronized (FakePgClient.this) {
                return new SchemaContents(
                        tables.keySet().stream()
                                .map(name -> new SchemaContents.Table(name, false))
                                .toList(),
                        List.of(),
                        List.of());
            }
        }

        @Override
        public List<TableDescription> describe(
                List<QualifiedName> names, @Nullable String publication) throws PgException {
            called("describe");
            synchronized (FakePgClient.this) {
                return names.stream()
                        .filter(tables::containsKey)
                        .map(name -> new TableDescription(table(name), 'r', 'p', -1))
                        .toList();
            }
        }

        @Override
        public Map<Integer, QualifiedName> names(List<Integer> oids) {
            synchronized (FakePgClient.this) {
                return tables.values().stream()
                        .filter(table -> oids.contains(table.oid()))
                        .collect(Collectors.toMap(TableSchema::oid, TableSchema::name));
            }
        }

        @Override
        public Map<QualifiedName, Integer> oids(List<QualifiedName> names) {
            synchronized (FakePgClient.this) {
                return names.stream()
                        .filter(tables::containsKey)
                        .collect(Collectors.toMap(name -> name, name -> table(name).oid()));
            }
        }

        private TableSchema table(QualifiedName name) {
            return Objects.requireNonNull(tables.get(name));
        }

        @Override
        public CatalogReading readCatalog(String publication, List<TableSchema> captured)
                throws PgException {
            called("readCatalog");
            synchronized (FakePgClient.this) {
                List<TableSchema> found = captured.stream().filter(tables::containsValue).toList();
                PublicationTerms terms =
                        new PublicationTerms(1, 2, 10, false, true, true, true, true, true, 'n');
                return new CatalogReading(
                        published ? terms : null,
                        found,
                        found.stream().map(FakePgClient::covered).toList(),
                        Set.of(),
                        Set.of(),
                        found.stream()
                                .collect(Collectors.toMap(TableSchema::name, TableSchema::oid)),
                        digest());
            }
        }

        private String digest() {
            return published + " " + tables;
        }

        @Override
        public String catalogDigest(String publication, List<TableSchema> captured) {
            synchronized (FakePgClient.this) {
                return digest();
            }
        }

        @Override
        public @Nullable Integer rootOf(int table, List<Integer> roots) {
            return null;
        }

        @Override
        public Set<String> filledColumns(int table) {
            return Set.of();
        }

        @Override
        public boolean isOpen(int transaction) {
            return false;
        }

        @Override
        public String typeText(int oid, int typmod) {
            return "type " + oid;
        }

        @Override
        public Map<Integer, PgType> types(List<Integer> oids) {
            return Map.of();
        }

        @Override
        public Lsn flushedLsn() {
            return currentLsn();
        }

        @Override
        public @Nullable PublicationState publication(String name) throws PgException {
            called("publication");
            synchronized (FakePgClient.this) {
                return published
                        ? new PublicationState(
                                name,
                                false,
                                true,
                                true,
                                true,
                                true,
                                true,
                                tables.keySet().stream()
                                        .map(table -> new PublishedTable(table, null, null))
                                        .toList())
                        : null;
            }
        }

        @Override
        public void createPublication(String name, List<QualifiedName> published_, String comment)
                throws PgException {
            called("createPublication");
            synchronized (FakePgClient.this) {
                published = true;
            }
        }

        @Override
        public @Nullable String publicationComment(String name) {
            return null;
        }

        @Override
        public boolean ownsPublicationOfTables(String name) {
            return true;
        }

        @Override
        public List<QualifiedName> publicationMembers(String name, List<Integer> oids) {
            synchronized (FakePgClient.this) {
                return tables.values().stream()
                        .filter(table -> oids.contains(table.oid()))
                        .map(TableSchema::name)
                        .toList();
            }
        }

        @Override
        public void addToPublication(String name, List<QualifiedName> added) throws PgException {
            called("addToPublication");
        }

        @Override
        public void removeFromPublication(String name, List<QualifiedName> removed)
                throws PgException {
            called("removeFromPublication");
        }

        @Override
        public String removeFromPublicationSql(String name, List<QualifiedName> removed) {
            return "ALTER PUBLICATION";
        }

        @Override
        public void dropPublication(String name) throws PgException {
            called("dropPublication");
            synchronized (FakePgClient.this) {
                published = false;
            }
        }

        @Override
        public @Nullable String setting(String name) {
            return null;
        }

        @Override
        public Lsn currentLsn() {
            synchronized (FakePgClient.this) {
                return new Lsn(lsn);
            }
        }

        @Override
        public Lsn emitHeartbeat(String prefix) {
            return currentLsn();
        }

        @Override
        public List<Finding> preflight(PreflightRequest request) throws PgException {
            called("preflight");
            synchronized (FakePgClient.this) {
                preflights.add(request);
                return List.copyOf(findings);
            }
        }

        @Override
        public void close() {
            synchronized (FakePgClient.this) {
                if (!closed) {
                    closed = true;
                    sessions--;
                }
                if (holdsLock) {
                    locked = false;
                    holdsLock = false;
                }
            }
        }
    }
}

package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.Unwritten;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.relation.contract.ContractComparison;
import io.nanosync.flink.pg.relation.contract.Difference;
import io.nanosync.flink.pg.relation.contract.Partition;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the catalog with what a pipeline captures, again and again. What can't have cost a
 * change is taken over into the contract; all else ends the pipeline, before more is lost. Any
 * thread.
 */
public final class ContractWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ContractWatch.class);

    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** Of the server's time at most a fiftieth, however many tables there are. */
    private static final int PAUSES_PER_LOOK = 50;

    /** How long one statement may wait for the next that puts right what it left. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private final SourceConfig config;
    private final LongSupplier nanoTime;
    private List<TableSchema> tables;
    private volatile @Nullable CaptureContract contract;

    /** Of the catalog as it was found right; null before that. */
    private @Nullable String digest;

    /** Where the WAL was when the catalog was last found right; null before that. */
    private @Nullable Lsn rightAt;

    /** Since when something isn't right that may settle; null while nothing is. */
    private @Nullable Long unsettledNanos;

    private long nextLookNanos;

    /** Proven to be unwritten in front of {@link #renewal}. */
    private List<Difference.NeedsConnection> unwritten = List.of();

    private volatile @Nullable Lsn renewal;

    /**
     * @param tables the captured tables
     * @param contract the contract; null for state that has none: then the first check makes it
     */
    public ContractWatch(
            SourceConfig config, List<TableSchema> tables, @Nullable CaptureContract contract) {
        this(config, tables, contract, System::nanoTime);
    }

    ContractWatch(
            SourceConfig config,
            List<TableSchema> tables,
            @Nullable CaptureContract contract,
            LongSupplier nanoTime) {
        this.config = config;
        this.tables = tables;
        this.contract = contract;
        this.nanoTime = nanoTime;
        this.nextLookNanos = nanoTime.getAsLong();
    }

    /** Captures a table by another schema from now on. */
    public synchronized void accept(TableSchema schema) {
        tables = tables.stream().map(t -> t.oid() == schema.oid() ? schema : t).toList();
        digest = null;
    }

    /** The contract as it is now; null as long as there is none. */
    public @Nullable CaptureContract contract() {
        return contract;
    }

    /**
     * Where the stream has to go on from a new connection: in front of all changes that are
     * committed here or behind, and behind all that were committed before. Null where it needn't.
     */
    public @Nullable Lsn renewal() {
        return renewal;
    }

    /** The stream goes on from a new connection at {@link #renewal}. */
    public synchronized void renewed() {
        CaptureContract now = contract;
        for (Difference.NeedsConnection of : unwritten) {
            if (now != null) {
                List<Partition> partitions = new ArrayList<>(now.partitions(of.table()));
                partitions.add(of.partition());
                now = now.withPartitions(of.table(), partitions);
            }
        }
        contract = now;
        forgetRenewal();
    }

    /**
     * The stream has been read beyond {@link #renewal}: looks for a place anew.
     *
     * @throws PgException when changes may be missing by now
     */
    public synchronized void renewLater(ControlSession control) throws PgException {
        forgetRenewal();
        check(control);
    }

    private void forgetRenewal() {
        unwritten = List.of();
        renewal = null;
        digest = null;
    }

    /** {@link #look} when it is time: every few seconds. */
    public synchronized void lookWhenDue(ControlSession control) throws PgException {
        if (nanoTime.getAsLong() - nextLookNanos >= 0) {
            look(control);
        }
    }

    /** Asks whether anything has changed since the last time, and only then what. */
    public synchronized void look(ControlSession control) throws PgException {
        long begun = nanoTime.getAsLong();
        Lsn at = control.currentLsn();
        if (control.catalogDigest(config.publication(), tables).equals(digest)) {
            rightAt = at;
        } else {
            check(control);
        }
        long now = nanoTime.getAsLong();
        nextLookNanos = now + Math.max(PERIOD.toNanos(), PAUSES_PER_LOOK * (now - begun));
    }

    /**
     * Reads the catalog and compares it.
     *
     * @throws PgException when changes may be missing: says which, since when, and what mends it
     */
    public synchronized void check(ControlSession control) throws PgException {
        Optional<PgException> breach = breach(control);
        if (breach.isPresent()) {
            throw breach.get();
        }
    }

    /**
     * Reads the catalog and compares it.
     *
     * @return what {@link #check} throws when changes may be missing; empty when none are
     * @throws PgException when the catalog can't be read
     */
    public synchronized Optional<PgException> breach(ControlSession control) throws PgException {
        Lsn at = control.currentLsn();
        CatalogReading reading = control.readCatalog(config.publication(), tables);
        Unwritten found = unwritten(control, reading);
        List<Difference.Breach> breaches = new ArrayList<>();
        List<Difference.NeedsConnection> waiting = new ArrayList<>();
        for (Difference difference :
                ContractComparison.compare(
                        config.publication(),
                        config::appliedKeys,
                        tables,
                        contract,
                        reading.unwritten(found.tables()))) {
            if (difference instanceof Difference.Breach breach) {
                breaches.add(breach);
            } else if (difference instanceof Difference.NeedsConnection needs) {
                waiting.add(needs);
            } else {
                LOG.info("Pipeline {} goes on: {}", config.pipeline(), difference.what());
            }
        }
        if (isSettling(breaches)) {
            digest = null;
            return Optional.empty();
        }
        if (!breaches.isEmpty()) {
            return Optional.of(PgException.needsPerson(message(breaches, at)));
        }
        digest = reading.digest();
        rightAt = at;
        contract = withoutWaiting(reading.contract(), waiting);
        if (renewal == null && !waiting.isEmpty()) {
            unwritten = List.copyOf(waiting);
            renewal = found.behind();
        }
        return Optional.empty();
    }

    /**
     * Whether all that is wrong came up a moment ago in a pipeline that was right before, and may
     * be put right by the next statement.
     */
    private boolean isSettling(List<Difference.Breach> breaches) {
        boolean unsettled =
                !breaches.isEmpty()
                        && breaches.stream().allMatch(Difference.Unsettled.class::isInstance);
        if (!unsettled || rightAt == null) {
            unsettledNanos = null;
            return false;
        }
        if (unsettledNanos == null) {
            unsettledNanos = nanoTime.getAsLong();
            LOG.warn(
                    "Pipeline {} fails in {} s unless it is put right: {}. Run: {}",
                    config.pipeline(),
                    SETTLING.toSeconds(),
                    breaches.stream().map(Difference::what).collect(Collectors.joining("; ")),
                    breaches.stream()
                            .map(Difference.Breach::mends)
                            .collect(Collectors.joining("; ")));
        }
        return nanoTime.getAsLong() - unsettledNanos < SETTLING.toNanos();
    }

    /**
     * Which of the new partitions have never been written, or hadn't been when the place was found
     * where the connection is renewed for them.
     */
    private Unwritten unwritten(ControlSession control, CatalogReading reading) throws PgException {
        CaptureContract then = contract;
        if (reading.attached().isEmpty() || then == null) {
            return new Unwritten(Set.of(), Lsn.NONE);
        }
        Set<Integer> open = new HashSet<>();
        for (TableTerms table : reading.tables()) {
            Set<Partition> added = new HashSet<>(table.partitions());
            then.partitions(table.oid()).forEach(added::remove);
            unwritten.forEach(of -> added.remove(of.partition()));
            added.stream().filter(Partition::isLeaf).forEach(leaf -> open.add(leaf.oid()));
        }
        Unwritten found =
                open.isEmpty() ? new Unwritten(Set.of(), Lsn.NONE) : control.unwritten(open);
        Set<Integer> all = new HashSet<>(found.tables());
        unwritten.forEach(of -> all.add(of.partition().oid()));
        return new Unwritten(all, found.behind());
    }

    /** Of a table with a partition that waits for a connection the partitions stay as they were. */
    private @Nullable CaptureContract withoutWaiting(
            @Nullable CaptureContract now, List<Difference.NeedsConnection> waiting) {
        CaptureContract then = contract;
        CaptureContract kept = now;
        for (Difference.NeedsConnection of : waiting) {
            if (kept != null && then != null) {
                kept = kept.withPartitions(of.table(), then.partitions(of.table()));
            }
        }
        return kept == null || kept.equals(then) ? then : kept;
    }

    private String message(List<Difference.Breach> breaches, Lsn at) {
        StringBuilder text = new StringBuilder("Cannot go on with pipeline ");
        text.append(config.pipeline())
                .append(" (slot \"")
                .append(config.slot())
                .append("\" on ")
                .append(config.connection().address())
                .append("), changes may be missing: found at LSN ")
                .append(at);
        if (rightAt != null) {
            text.append(", all was right at LSN ").append(rightAt);
        }
        List<String> mends = new ArrayList<>();
        List<QualifiedName> tables = new ArrayList<>();
        for (Difference.Breach breach : breaches) {
            if (breach.table() != null) {
                tables.add(breach.table());
            }
            text.append("\n  - ").append(breach.what());
            if (breach.mends() != null) {
                mends.add(breach.mends());
            }
        }
        text.append("\n");
        if (mends.size() == breaches.size()) {
            text.append("Run: ")
                    .append(String.join("; ", mends))
                    .append(
                            ", then start the job again. If a row was updated or deleted in"
                                + " between, it says so and nothing but a fresh snapshot helps. ");
        }
        if (tables.size() == breaches.size()) {
            text.append(FreshSnapshot.ofTables(config, tables));
        }
        return text.append(FreshSnapshot.remedy(config)).toString();
    }
}

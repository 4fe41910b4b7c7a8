package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.relation.contract.ContractComparison;
import io.nanosync.flink.pg.relation.contract.Difference;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final SourceConfig config;
    private List<TableSchema> tables;
    private volatile @Nullable CaptureContract contract;

    /** Of the catalog as it was found right; null before that. */
    private @Nullable String digest;

    /** Where the WAL was when the catalog was last found right; null before that. */
    private @Nullable Lsn rightAt;

    private long nextLookNanos = System.nanoTime();

    /**
     * @param tables the captured tables
     * @param contract the contract; null for state that has none: then the first check makes it
     */
    public ContractWatch(
            SourceConfig config, List<TableSchema> tables, @Nullable CaptureContract contract) {
        this.config = config;
        this.tables = tables;
        this.contract = contract;
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

    /** {@link #look} when it is time: every few seconds. */
    public synchronized void lookWhenDue(ControlSession control) throws PgException {
        if (System.nanoTime() - nextLookNanos >= 0) {
            look(control);
        }
    }

    /** Asks whether anything has changed since the last time, and only then what. */
    public synchronized void look(ControlSession control) throws PgException {
        long begun = System.nanoTime();
        Lsn at = control.currentLsn();
        if (control.catalogDigest(config.publication(), tables).equals(digest)) {
            rightAt = at;
        } else {
            check(control);
        }
        long now = System.nanoTime();
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
        List<Difference.Breach> breaches = new ArrayList<>();
        for (Difference difference :
                ContractComparison.compare(
                        config.publication(), config.appliedKey(), tables, contract, reading)) {
            if (difference instanceof Difference.Breach breach) {
                breaches.add(breach);
            } else {
                LOG.info("Pipeline {} goes on: {}", config.pipeline(), difference.what());
            }
        }
        if (!breaches.isEmpty()) {
            return Optional.of(PgException.needsPerson(message(breaches, at)));
        }
        digest = reading.digest();
        rightAt = at;
        CaptureContract now = reading.contract();
        if (now != null && !now.equals(contract)) {
            contract = now;
        }
        return Optional.empty();
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
            if (breach instanceof Difference.CostsChanges costs && costs.mends() != null) {
                mends.add(costs.mends());
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

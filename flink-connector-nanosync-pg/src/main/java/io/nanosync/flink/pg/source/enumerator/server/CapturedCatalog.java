package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of the tables: read before a snapshot or a slot is there, and asked again
 * behind it. Blocks.
 */
final class CapturedCatalog {

    private final SourceConfig config;
    private final PipelineSession session;

    CapturedCatalog(SourceConfig config, PipelineSession session) {
        this.config = config;
        this.session = session;
    }

    /** Describes tables. */
    List<TableDescription> describe(List<QualifiedName> names) throws PgException {
        return session.ask(control -> CapturedTables.describe(control, names, publication()));
    }

    /** Through what the tables are streamed; null for a bounded snapshot. */
    private @Nullable String publication() {
        return config.startup() instanceof StartupMode.Snapshot ? null : config.publication();
    }

    /** Their schemas. */
    static List<TableSchema> schemas(List<TableDescription> tables) {
        return tables.stream().map(TableDescription::schema).toList();
    }

    /** What the catalog says; read before a slot's start is fixed, and compared behind it. */
    CaptureContract contract(List<TableDescription> tables) throws PgException {
        ContractWatch watch = new ContractWatch(config, schemas(tables), null);
        session.tell(watch::check);
        return Objects.requireNonNull(watch.contract(), "made by the first check");
    }

    /**
     * Tables and publication were read before the slot's start was fixed; that they look the same
     * afterwards says that they looked so then too.
     *
     * @param captured every table
     * @param read those whose rows are read; what becomes of the others' columns the stream tells
     * @param contract null for a bounded snapshot, which streams nothing
     */
    void requireUnaltered(
            List<TableSchema> captured, List<TableSchema> read, @Nullable CaptureContract contract)
            throws PgException {
        String altered = altered(captured, read, contract);
        if (altered != null) {
            throw PgException.tryAgain(
                    altered
                            + " was altered while the snapshot of pipeline "
                            + config.pipeline()
                            + " was being taken. It is taken anew when the job restarts");
        }
    }

    /** The first table that isn't exactly as before, or the publication; null when all is. */
    @Nullable String altered(List<TableSchema> before, @Nullable CaptureContract contract)
            throws PgException {
        return altered(before, before, contract);
    }

    private @Nullable String altered(
            List<TableSchema> captured, List<TableSchema> read, @Nullable CaptureContract contract)
            throws PgException {
        List<TableSchema> now;
        CaptureContract contractNow = null;
        if (contract == null) {
            List<QualifiedName> names = captured.stream().map(TableSchema::name).toList();
            now = schemas(describe(names));
        } else {
            CatalogReading reading =
                    session.ask(control -> control.readCatalog(config.publication(), captured));
            now = reading.schemas();
            contractNow = reading.contract();
        }
        List<TableSchema> differ = new ArrayList<>(read);
        // Of ten thousand tables a list would compare each with each.
        differ.removeAll(new HashSet<>(now));
        if (!differ.isEmpty()) {
            return "Table " + differ.get(0).name();
        }
        return Objects.equals(contract, contractNow)
                ? null
                : "Publication \"" + config.publication() + "\" or a partition";
    }

    /**
     * Refuses tables that look different from what was read of them.
     *
     * @param before as they were, and others
     * @param tables as they are
     */
    void requireSame(List<TableSchema> before, List<TableDescription> tables) throws PgException {
        for (TableSchema now : schemas(tables)) {
            if (before.stream().noneMatch(table -> table.oid() == now.oid())) {
                // When it stays so the restart says what that means.
                throw PgException.tryAgain(
                        "Another table has the name " + now.name() + " than a moment ago");
            }
            if (before.stream().noneMatch(now::looksLike)) {
                throw PgException.needsPerson(
                        "Table "
                                + now.name()
                                + " was altered while its snapshot was lost and has to be read"
                                + " again. "
                                + FreshSnapshot.remedy(config));
            }
        }
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.relation.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;

/**
 * {@code CREATE TABLE … WITH ('connector' = 'nanosync-pg', …)}: a captured PostgreSQL table.
 *
 * <p>A table is looked at when a statement that reads it is planned, not when it is created: its
 * options are read, PostgreSQL is asked for its columns and replica identity, and everything that
 * doesn't fit is reported at once.
 */
public final class NanosyncTableFactory implements DynamicTableSourceFactory {

    /** The value of option {@code connector}. */
    public static final String IDENTIFIER = "nanosync-pg";

    private final TableDescriber describer;

    /** For Flink, which finds the factory by its service file. */
    public NanosyncTableFactory() {
        this(new ServerTableDescriber(NanosyncTableFactory::client));
    }

    NanosyncTableFactory(TableDescriber describer) {
        this.describer = describer;
    }

    /** A client for catalog questions; it never streams, so no time-out for that. */
    static PgClient client(ConnectionConfig connection) {
        return new JdbcPgClient(connection, Duration.ZERO);
    }

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return TableOptions.required();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return TableOptions.optional();
    }

    @Override
    public Set<ConfigOption<?>> forwardOptions() {
        return TableOptions.forwarded();
    }

    /** The source, or one that refuses every use with the reason. */
    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        PipelineScans.beginPlanning();
        // Flink adds all options, a dsn with its password included, to whatever is thrown here.
        try {
            return plan(context);
        } catch (ValidationException refused) {
            return new RefusedTableSource(refused);
        }
    }

    private DynamicTableSource plan(Context context) {
        FactoryUtil.TableFactoryHelper options =
                FactoryUtil.createTableFactoryHelper(this, context);
        Set<String> unknown = TableOptions.unknown(context.getCatalogTable().getOptions().keySet());
        if (unknown.isEmpty()) {
            options.validate();
        } else {
            options.validateExcept(unknown.toArray(String[]::new));
        }
        if (!context.getCatalogTable().getResolvedSchema().getWatermarkSpecs().isEmpty()) {
            unknown.removeAll(TableOptions.ofMadeWatermarks());
        }
        String name = context.getObjectIdentifier().asSummaryString();
        TableSettings settings =
                valid(name, TableSettingsReader.read(options.getOptions(), unknown));
        List<TableSchema> tables = valid(name, describe(name, settings));
        Declaration declaration = Declaration.of(context.getCatalogTable().getResolvedSchema());
        PlannedScan planned =
                withRowTypes(
                        name,
                        settings,
                        valid(name, ScanPlanner.plan(settings, declaration, tables)));
        DataType rows = context.getPhysicalRowDataType();
        boolean filters = settings.pushesFilters() && planned.source().startup().takesSnapshot();
        if (settings.bounded()) {
            PlannerStatistics statistics = new PlannerStatistics(NanosyncTableFactory::client);
            return filters
                    ? new FilteredSnapshotSource(settings, planned, rows, statistics)
                    : new SnapshotTableSource(settings, planned, rows, statistics);
        }
        // Flink divides the changes by the key's places among all columns, which of fewer columns
        // are those of others.
        if (settings.parallelism() != null && planned.plan().style() != ChangelogStyle.APPEND) {
            return new NanosyncTableSource(settings, planned, rows);
        }
        return filters
                ? new FilteredTableSource(settings, planned, rows)
                : new ProjectedTableSource(settings, planned, rows);
    }

    private Checked<List<TableSchema>> describe(String name, TableSettings settings) {
        try {
            return describer.describe(settings.connection(), settings.tables());
        } catch (PgException e) {
            throw refuse(name, e);
        }
    }

    private PlannedScan withRowTypes(String name, TableSettings settings, PlannedScan planned) {
        List<RowTypes.OfTable> columns = planned.byPlace();
        if (columns.isEmpty()) {
            return planned;
        }
        try {
            return planned.takingApart(describer.rowTypes(settings.connection(), columns));
        } catch (PgException e) {
            throw refuse(name, e);
        }
    }

    private static ValidationException refuse(String name, PgException e) {
        return new ValidationException(
                "Cannot plan a scan of table " + name + ": " + e.getMessage(), e);
    }

    private static <T> T valid(String name, Checked<T> checked) {
        T value = checked.value();
        if (value == null) {
            throw refuse(name, checked.problems());
        }
        return value;
    }

    private static ValidationException refuse(String name, List<Problem> problems) {
        return new ValidationException(
                "Cannot plan a scan of table "
                        + name
                        + ":\n"
                        + problems.stream()
                                .map(problem -> "  " + problem)
                                .collect(Collectors.joining("\n")));
    }
}

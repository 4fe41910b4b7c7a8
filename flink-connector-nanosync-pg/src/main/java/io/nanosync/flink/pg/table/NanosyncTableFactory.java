package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
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
        String name = context.getObjectIdentifier().asSummaryString();
        TableSettings settings =
                valid(name, TableSettingsReader.read(options.getOptions(), unknown));
        TableSchema table = describe(name, settings);
        Declaration declaration = Declaration.of(context.getCatalogTable().getResolvedSchema());
        List<Problem> problems = new ArrayList<>();
        List<RowColumn> columns = ColumnCheck.check(declaration, table, problems);
        ChangelogStyle style = ChangelogChoice.choose(settings, declaration, table, problems);
        ToastPolicy toast = ToastChoice.choose(settings, declaration, table, style, problems);
        if (!problems.isEmpty()) {
            throw refuse(name, problems);
        }
        boolean readsAgain = ToastChoice.readsAgain(toast, table, style);
        // Under append none is declared, and rows are read again by the table's own.
        List<String> key =
                style == ChangelogStyle.APPEND && readsAgain
                        ? table.appliedKey()
                        : declaration.key();
        RowPlan plan = RowPlan.of(settings, style, columns, key, toast);
        // Where a key is declared, Flink takes rows of the same key for the same.
        SourceConfig source =
                key.isEmpty()
                        ? settings.source()
                        : settings.source()
                                .applyingBy(
                                        settings.bounded()
                                                ? table.keyWithin(key)
                                                : table.appliedKey());
        LookupPlan reread = readsAgain ? LookupPlan.of(source, table, key) : null;
        DataType rows = context.getPhysicalRowDataType();
        if (settings.bounded()) {
            return new SnapshotTableSource(settings, source, plan, rows);
        }
        // Flink divides the changes by the key's places among all columns, which of fewer columns
        // are those of others.
        return settings.parallelism() == null || style == ChangelogStyle.APPEND
                ? new ProjectedTableSource(
                        settings, stateName(settings, style, table), source, plan, reread, rows)
                : new NanosyncTableSource(
                        settings, stateName(settings, style, table), source, plan, reread, rows);
    }

    /**
     * Under REPLICA IDENTITY FULL a statement may keep rows by their key, or not. A savepoint of
     * the one is none of the other: the rows of before it would be missing, and deletes of them
     * left out.
     */
    private static String stateName(
            TableSettings settings, ChangelogStyle style, TableSchema table) {
        boolean choice = table.identity() == ReplicaIdentity.FULL;
        return settings.pipeline() + (choice && style == ChangelogStyle.UPSERT ? "-by-key" : "");
    }

    private TableSchema describe(String name, TableSettings settings) {
        try {
            return describer.describe(settings.connection(), settings.table());
        } catch (PgException e) {
            throw new ValidationException(
                    "Cannot plan a scan of table " + name + ": " + e.getMessage(), e);
        }
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

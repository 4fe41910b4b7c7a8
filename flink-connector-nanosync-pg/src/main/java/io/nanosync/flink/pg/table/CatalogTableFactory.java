package io.nanosync.flink.pg.table;

import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/** Plans tables of a catalog: as {@link NanosyncTableFactory} does, with the catalog's secrets. */
final class CatalogTableFactory implements DynamicTableSourceFactory {

    private final CatalogSettings settings;
    private final DynamicTableSourceFactory tables = new NanosyncTableFactory();

    CatalogTableFactory(CatalogSettings settings) {
        this.settings = settings;
    }

    @Override
    public String factoryIdentifier() {
        return tables.factoryIdentifier();
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return tables.requiredOptions();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return tables.optionalOptions();
    }

    @Override
    public Set<ConfigOption<?>> forwardOptions() {
        return tables.forwardOptions();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        ResolvedCatalogTable table = context.getCatalogTable();
        Map<String, String> options = table.getOptions();
        if (!factoryIdentifier().equals(options.get(FactoryUtil.CONNECTOR.key()))) {
            return ofItsConnector(context);
        }
        if (context.isTemporary()) {
            return tables.createDynamicTableSource(context);
        }
        Map<String, String> forwarded = context.getEnrichmentOptions();
        return tables.createDynamicTableSource(
                new WithOptions(
                        context,
                        table.copy(settings.withSecrets(options, Map.of())),
                        forwarded.isEmpty()
                                ? forwarded
                                : settings.withSecrets(forwarded, options)));
    }

    /**
     * A temporary table in this catalog may be of any connector, and a plan that was compiled asks
     * the catalog's factory for it.
     */
    private static DynamicTableSource ofItsConnector(Context context) {
        return FactoryUtil.createDynamicTableSource(
                null,
                context.getObjectIdentifier(),
                context.getCatalogTable(),
                context.getEnrichmentOptions(),
                context.getConfiguration(),
                context.getClassLoader(),
                context.isTemporary());
    }

    /** The same table with other options. */
    private record WithOptions(
            Context context, ResolvedCatalogTable table, Map<String, String> forwarded)
            implements Context {

        @Override
        public ObjectIdentifier getObjectIdentifier() {
            return context.getObjectIdentifier();
        }

        @Override
        public ResolvedCatalogTable getCatalogTable() {
            return table;
        }

        @Override
        public Map<String, String> getEnrichmentOptions() {
            return forwarded;
        }

        @Override
        public ReadableConfig getConfiguration() {
            return context.getConfiguration();
        }

        @Override
        public ClassLoader getClassLoader() {
            return context.getClassLoader();
        }

        @Override
        public boolean isTemporary() {
            return context.isTemporary();
        }
    }
}

package io.nanosync.flink.pg.table;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.factories.CatalogFactory;

/** {@code CREATE CATALOG … WITH ('type' = 'nanosync-pg', …)}: the databases of a server. */
public final class NanosyncCatalogFactory implements CatalogFactory {

    @Override
    public String factoryIdentifier() {
        return NanosyncTableFactory.IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return CatalogOptions.all();
    }

    /** The catalog; one whose options are wrong says so when it is opened. */
    @Override
    public Catalog createCatalog(Context context) {
        // Flink adds all options, a dsn with its password included, to whatever is thrown here.
        return new NanosyncCatalog(
                context.getName(),
                CatalogOptions.read(context.getOptions()),
                NanosyncTableFactory::client);
    }
}

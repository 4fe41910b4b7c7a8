package io.nanosync.flink.jobs.bench;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.Factory;

/** Tables that count the changes that are written to them, and throw them away. */
final class CountingTables extends GenericInMemoryCatalog {

    static final String CATALOG = "counting";

    /** Of the connector. */
    private static final String NAME = "counting";

    private static final String DATABASE = "counts";

    private final String tally;

    /**
     * @param tally name of the tally into which they count
     */
    CountingTables(String tally) {
        super(CATALOG, DATABASE);
        this.tally = tally;
    }

    /** Makes a table for rows of this schema, and returns its name for SQL. */
    String like(ResolvedSchema rows) {
        Schema.Builder columns = Schema.newBuilder();
        for (Column column : rows.getColumns()) {
            // Of a column that is NOT NULL Flink checks each value.
            columns.column(column.getName(), column.getDataType().nullable());
        }
        Schema schema = columns.build();
        CatalogTable table =
                CatalogTable.newBuilder().schema(schema).options(Map.of("connector", NAME)).build();
        try {
            createTable(new ObjectPath(DATABASE, "rows"), table, false);
        } catch (TableAlreadyExistException | DatabaseNotExistException e) {
            throw new IllegalStateException(e);
        }
        return CATALOG + "." + DATABASE + ".`rows`";
    }

    @Override
    public Optional<Factory> getFactory() {
        return Optional.of(new CountingFactory(tally));
    }

    private record CountingFactory(String tally) implements DynamicTableSinkFactory {

        @Override
        public String factoryIdentifier() {
            return NAME;
        }

        @Override
        public Set<ConfigOption<?>> requiredOptions() {
            return Set.of();
        }

        @Override
        public Set<ConfigOption<?>> optionalOptions() {
            return Set.of();
        }

        @Override
        public DynamicTableSink createDynamicTableSink(DynamicTableFactory.Context context) {
            return new CountingTable(tally);
        }
    }

    private record CountingTable(String tally) implements DynamicTableSink {

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return requested;
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(DynamicTableSink.Context context) {
            return SinkV2Provider.of(new CountingRows(tally));
        }

        @Override
        public DynamicTableSink copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return NAME;
        }
    }
}

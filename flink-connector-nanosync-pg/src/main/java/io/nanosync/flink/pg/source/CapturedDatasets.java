package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDatasetFacet;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;

/**
 * What a source reads, for Flink's graph of lineage: a dataset a table, named as OpenLineage names
 * tables of PostgreSQL. Names are given as they are configured, since nobody asks the server while
 * a job is composed. So a whole schema is one dataset, {@code shop.sales.*}, and what is left out
 * of it stands in its configuration. Without user, password and options of the connection.
 *
 * <p>Without the facet of columns: a statement reads some of them, and who reads lineage would take
 * those for all.
 */
final class CapturedDatasets implements SourceLineageVertex {

    /** Asked each time: while Flink translates a statement, a source gets more tables. */
    private final Supplier<SourceConfig> config;

    CapturedDatasets(Supplier<SourceConfig> config) {
        this.config = config;
    }

    static Boundedness boundedness(SourceConfig config) {
        return config.startup() instanceof StartupMode.Snapshot
                ? Boundedness.BOUNDED
                : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public Boundedness boundedness() {
        return boundedness(config.get());
    }

    @Override
    public List<LineageDataset> datasets() {
        SourceConfig now = config.get();
        // Names of hosts are the same in capitals, and are compared as texts here.
        String namespace = "postgres://" + now.connection().address().toLowerCase(Locale.ROOT);
        String database = now.connection().database() + ".";
        List<LineageDataset> datasets = new ArrayList<>();
        for (TableSelector selector : now.tables()) {
            if (selector instanceof TableSelector.Named one) {
                String table = one.table().schema() + "." + one.table().name();
                datasets.add(new Dataset(namespace, database + table, Map.of()));
            } else if (selector instanceof TableSelector.WholeSchema whole) {
                Map<String, LineageDatasetFacet> facets =
                        Map.of(ConfigFacet.NAME, new ConfigFacet(Map.of("tables", text(now))));
                datasets.add(new Dataset(namespace, database + whole.schema() + ".*", facets));
            }
        }
        return List.copyOf(datasets);
    }

    private static String text(SourceConfig config) {
        return config.tables().stream()
                .map(TableSelector::toString)
                .collect(Collectors.joining(", "));
    }

    /** A table, or all of a schema. */
    private record Dataset(String namespace, String name, Map<String, LineageDatasetFacet> facets)
            implements LineageDataset {}

    /** How tables are chosen. */
    private record ConfigFacet(Map<String, String> config) implements DatasetConfigFacet {

        static final String NAME = "config";

        @Override
        public String name() {
            return NAME;
        }
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableEstimate;
import io.nanosync.flink.pg.client.TableEstimate.ColumnEstimate;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.table.plan.stats.ColumnStats;
import org.apache.flink.table.plan.stats.TableStats;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's statistics, as far as Flink's planner takes them for estimates: by what they say
 * plans get cheaper or dearer, and results stay the same. Those are rows, distinct values (joins
 * and aggregations), nulls (selectivity; a filter in front of a join whose keys are null often,
 * which the join would drop anyway) and average lengths (sizes of rows).
 *
 * <p>Never the smallest and largest values: the planner takes them for bounds. Of an aggregate of
 * values that are never negative it concludes that it only grows, and so leaves retraction out
 * ({@code FlinkRelMdColumnInterval}, {@code FlinkRelMdModifiedMonotonicity}). PostgreSQL has those
 * of a sample. The longest value isn't known at all.
 */
final class PlannerStatistics {

    private static final Logger LOG = LoggerFactory.getLogger(PlannerStatistics.class);

    private final Function<ConnectionConfig, PgClient> clients;

    PlannerStatistics(Function<ConnectionConfig, PgClient> clients) {
        this.clients = clients;
    }

    /**
     * What is known of tables together, in a session of its own; no failure is one of planning.
     *
     * @param limit that many rows come at most; null for all
     */
    TableStats of(ConnectionConfig connection, List<QualifiedName> tables, @Nullable Long limit) {
        try (CatalogSession session = clients.apply(connection).openCatalog()) {
            TableEstimate estimate = session.estimate(tables);
            return estimate == null ? TableStats.UNKNOWN : stats(estimate, limit);
        } catch (PgException e) {
            LOG.warn(
                    "Flink plans without statistics of {}: {}",
                    tables.size() == 1 ? tables.get(0) : tables,
                    e.getMessage());
            return TableStats.UNKNOWN;
        }
    }

    private static TableStats stats(TableEstimate estimate, @Nullable Long limit) {
        Map<String, ColumnStats> columns = new HashMap<>();
        estimate.columns().forEach((name, column) -> columns.put(name, stats(column)));
        return new TableStats(
                limit == null ? estimate.rows() : Math.min(limit, estimate.rows()), columns);
    }

    private static ColumnStats stats(ColumnEstimate column) {
        return ColumnStats.Builder.builder()
                .setNdv(column.distinctValues())
                .setNullCount(column.nulls())
                .setAvgLen(column.averageBytes())
                .build();
    }
}

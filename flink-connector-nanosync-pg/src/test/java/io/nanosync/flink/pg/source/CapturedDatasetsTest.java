package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.junit.jupiter.api.Test;

class CapturedDatasetsTest {

    private static PgSource source(String startup, String... tables) {
        return PgSource.builder()
                .pipeline("lineage")
                .dsn(
                        "postgres://clerk:hunter2@DB-1.Example,[::1]:5433/Shop?sslmode=require"
                                + "&sslpassword=hunter2")
                .tables(tables)
                .property("startup_mode", startup)
                .build();
    }

    @Test
    void namesTablesAsOpenLineageDoes() {
        SourceLineageVertex vertex =
                source("initial", "public.orders", "\"Sales.EU\".\"Lines\"").getLineageVertex();
        assertThat(vertex.boundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(vertex.datasets())
                .allMatch(one -> one.facets().isEmpty())
                .extracting(one -> one.namespace() + " " + one.name())
                .containsExactly(
                        "postgres://db-1.example:5432,[::1]:5433 Shop.public.orders",
                        "postgres://db-1.example:5432,[::1]:5433 Shop.Sales.EU.Lines");
    }

    /** Nobody asks the server while a job is composed. */
    @Test
    void namesASchemaAsItIsConfigured() {
        SourceLineageVertex vertex =
                source("snapshot", "sales.*", "public.orders", "!sales.audit").getLineageVertex();
        assertThat(vertex.boundedness()).isEqualTo(Boundedness.BOUNDED);
        assertThat(vertex.datasets())
                .extracting(LineageDataset::name)
                .containsExactly("Shop.sales.*", "Shop.public.orders");
        assertThat(vertex.datasets().get(0).facets().get("config"))
                .isInstanceOfSatisfying(
                        DatasetConfigFacet.class,
                        facet ->
                                assertThat(facet.config())
                                        .isEqualTo(
                                                Map.of(
                                                        "tables",
                                                        "sales.*, public.orders, !sales.audit")));
    }

    @Test
    void tellsNoSecret() {
        SourceLineageVertex vertex = source("latest", "sales.*").getLineageVertex();
        assertThat(vertex.datasets().toString()).doesNotContain("hunter2", "clerk");
    }
}

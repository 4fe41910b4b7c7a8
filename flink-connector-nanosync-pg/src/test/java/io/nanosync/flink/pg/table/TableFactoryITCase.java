package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.connector.source.ScanRuntimeProviderContext;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table as Flink's planner makes, copies and asks it. */
final class TableFactoryITCase {

    private static final DataType ID = DataTypes.INT().notNull();

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private DynamicTableSource source() {
        ResolvedSchema columns =
                new ResolvedSchema(
                        List.of(
                                Column.physical("id", ID),
                                Column.physical("note", DataTypes.STRING())),
                        List.of(),
                        UniqueConstraint.primaryKey("pk", List.of("id")));
        CatalogTable table =
                CatalogTable.newBuilder()
                        .schema(Schema.newBuilder().fromResolvedSchema(columns).build())
                        .options(
                                Map.of(
                                        "connector", "nanosync-pg",
                                        "dsn", database.dsn(),
                                        "table-name", "public.t",
                                        "startup-mode", "snapshot"))
                        .build();
        return FactoryUtil.createDynamicTableSource(
                null,
                ObjectIdentifier.of("catalog", "database", "t"),
                new ResolvedCatalogTable(table, columns),
                Map.of(),
                new Configuration(),
                Thread.currentThread().getContextClassLoader(),
                false);
    }

    /** Which the planner does with each rule that it tries. */
    @Test
    void copyIsAskedForWithoutTheOther() throws Exception {
        DynamicTableSource whole = source();
        DynamicTableSource projected = whole.copy();
        ((SupportsProjectionPushDown) projected)
                .applyProjection(
                        new int[][] {{1}},
                        DataTypes.ROW(DataTypes.FIELD("note", DataTypes.STRING())).notNull());
        DynamicTableSource limited = projected.copy();
        ((SupportsLimitPushDown) limited).applyLimit(0);
        DynamicTableSource withMetadata = projected.copy();
        ((SupportsReadingMetadata) withMetadata)
                .applyReadableMetadata(
                        List.of("table_name"),
                        DataTypes.ROW(
                                        DataTypes.FIELD("note", DataTypes.STRING()),
                                        DataTypes.FIELD("table", DataTypes.STRING().notNull()))
                                .notNull());

        assertThat(rows(withMetadata, "note", "table"))
                .containsExactlyInAnyOrder("a|t", "b|t", "c|t");
        assertThat(rows(limited, "note")).isEmpty();
        assertThat(rows(projected, "note")).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(rows(whole, "id", "note")).containsExactlyInAnyOrder("1|a", "2|b", "3|c");
        for (DynamicTableSource copy : List.of(projected, limited, withMetadata)) {
            assertThat(copy.asSummaryString()).isEqualTo(whole.asSummaryString());
            assertThat(((ScanTableSource) copy).getChangelogMode())
                    .isEqualTo(((ScanTableSource) whole).getChangelogMode());
        }
    }

    private static List<String> rows(DynamicTableSource source, String... columns)
            throws Exception {
        DataStreamScanProvider provider =
                (DataStreamScanProvider)
                        ((ScanTableSource) source)
                                .getScanRuntimeProvider(ScanRuntimeProviderContext.INSTANCE);
        assertThat(provider.isBounded()).isTrue();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<RowData> read =
                provider.produceDataStream(name -> Optional.empty(), env).executeAndCollect()) {
            while (read.hasNext()) {
                RowData row = read.next();
                assertThat(row.getRowKind()).isEqualTo(RowKind.INSERT);
                assertThat(row.getArity()).isEqualTo(columns.length);
                List<String> values = new ArrayList<>();
                for (int i = 0; i < columns.length; i++) {
                    values.add(
                            columns[i].equals("id")
                                    ? String.valueOf(row.getInt(i))
                                    : row.getString(i).toString());
                }
                rows.add(String.join("|", values));
            }
        }
        return rows;
    }
}

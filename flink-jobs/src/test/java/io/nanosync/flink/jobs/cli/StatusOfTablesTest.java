package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.nanosync.flink.jobs.cluster.TableCounts;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusOfTablesTest {

    private static final List<TableSelector> SELECTORS =
            List.of(
                    new TableSelector.Named(new QualifiedName("public", "order_items")),
                    new TableSelector.WholeSchema("sales"));

    @Test
    void readsNamesAsThePipelineSaysThemAndShowsFirstWhatIsBeingRead() {
        StatusOfTables status =
                StatusOfTables.of(
                        List.of(
                                new TableCounts("other_table", 1, 0, 0, 0),
                                new TableCounts("public_order_items", 1_234, 0, 0, 5_678),
                                new TableCounts("sales_big", 1_000_000, 3, 40, 0)),
                        SELECTORS);
        assertThat(status.lines())
                .containsExactly(
                        "sales.big              1,000,000 rows read, 3/40 splits",
                        "other_table                    1 rows read, 0 changes",
                        "public.order_items         1,234 rows read, 5,678 changes");
        ArrayNode json = new ObjectMapper().createArrayNode();
        status.writeTo(json);
        assertThat(json.get(0).toString())
                .isEqualTo(
                        "{\"table\":\"sales.big\",\"rows\":1000000,\"changes\":0,"
                                + "\"splits\":40,\"splitsRead\":3}");
    }

    @Test
    void leavesANameAsItIsShownThatSeveralTablesMayHave() {
        List<TableSelector> schemas =
                List.of(
                        new TableSelector.WholeSchema("sales"),
                        new TableSelector.WholeSchema("sales_eu"));
        assertThat(
                        StatusOfTables.of(
                                        List.of(new TableCounts("sales_eu_orders", 1, 0, 0, 0)),
                                        schemas)
                                .tables())
                .containsExactly(new TableCounts("sales_eu_orders", 1, 0, 0, 0));
    }

    @Test
    void leavesOutTheLinesOfManyTables() {
        List<TableCounts> tables =
                IntStream.range(0, 25)
                        .mapToObj(i -> new TableCounts("sales_t" + (100 + i), i, 0, 0, 0))
                        .toList();
        assertThat(StatusOfTables.of(tables, SELECTORS).lines())
                .hasSize(21)
                .last()
                .isEqualTo("and 5 more tables, see --json");
    }
}

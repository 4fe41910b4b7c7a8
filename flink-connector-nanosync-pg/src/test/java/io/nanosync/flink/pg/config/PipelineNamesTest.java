package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineNamesTest {

    @Test
    void takesAPlainNameAsItIs() {
        assertThat(PipelineNames.slot("orders")).isEqualTo("nanosync_slot_orders");
        assertThat(PipelineNames.publication("orders")).isEqualTo("nanosync_pub_orders");
        assertThat(PipelineNames.slot("orders_2")).isEqualTo("nanosync_slot_orders_2");
    }

    @Test
    void marksAFoldedNameWithItsHash() {
        assertThat(PipelineNames.slot("orders-pipeline"))
                .isEqualTo("nanosync_slot_orders_pipeline_5076b226");
    }

    @Test
    void keepsNamesApartThatFoldToTheSame() {
        List<String> names =
                List.of(
                        "a-b",
                        "a_b",
                        "a.b",
                        "A_B",
                        "a_B",
                        "İ",
                        "ı",
                        "i",
                        "x".repeat(80),
                        "x".repeat(81));
        Set<String> slots = new HashSet<>();
        names.forEach(name -> slots.add(PipelineNames.slot(name)));
        assertThat(slots).hasSameSizeAs(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "orders-pipeline",
                "ORDERS",
                "Größe",
                "日本",
                "a_name_that_is_just_as_long_as_a_slot_name_may_be_49",
                "a_name_that_is_one_letter_longer_than_a_slot_may_be_",
                "a very long name with spaces that goes on and on and on and on and on and on"
            })
    void givesLegalNamesOfAtMost63Bytes(String pipeline) {
        for (String name :
                List.of(PipelineNames.slot(pipeline), PipelineNames.publication(pipeline))) {
            assertThat(name).matches("[a-z0-9_]+");
            assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(63);
        }
    }

    @Test
    void takesTheLongestNameThatFitsAsItIs() {
        String fits = "x".repeat(63 - "nanosync_slot_".length());
        assertThat(PipelineNames.slot(fits)).isEqualTo("nanosync_slot_" + fits);
        assertThat(PipelineNames.slot(fits + "x")).isNotEqualTo("nanosync_slot_" + fits);
    }

    private static String pipeline(String database, String schema, String table) {
        return PipelineNames.pipeline(database, new QualifiedName(schema, table));
    }

    @Test
    void callsAPipelineAfterItsTableSoThatAReaderKnowsIt() {
        assertThat(pipeline("shop", "public", "orders")).isEqualTo("shop_public_orders");
        assertThat(pipeline("shop", "public", "order_lines")).isEqualTo("shop_public_order_lines");
        assertThat(pipeline("my_shop", "public", "orders"))
                .matches("my_shop_public_orders_[0-9a-f]{8}");
    }

    @Test
    void callsNoTwoTablesTheSame() {
        String[] parts = {
            "a", "b", "a_b", "b_c", "c", "a_b_c", "_", "a_", "_a", "A", "a.b", "a\"b"
        };
        Set<String> slots = new HashSet<>();
        for (String database : parts) {
            for (String schema : parts) {
                for (String table : parts) {
                    slots.add(PipelineNames.slot(pipeline(database, schema, table)));
                }
            }
        }
        assertThat(slots).hasSize(parts.length * parts.length * parts.length);
    }
}

package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The options of a catalog's tables, without a server and without a planner. */
class CatalogSettingsTest {

    private static final CatalogSettings SETTINGS =
            CatalogOptions.read(
                            Map.of(
                                    "hostname",
                                    "db.example",
                                    "default-database",
                                    "shop",
                                    "username",
                                    "clerk",
                                    "password",
                                    "hunter2"))
                    .orThrow();

    private static Map<String, String> table() {
        return SETTINGS.tableOptions("shop", new QualifiedName("public", "orders"));
    }

    private static Map<String, String> planned(Map<String, String> hints) {
        Map<String, String> options = new HashMap<>(table());
        options.putAll(hints);
        return SETTINGS.withSecrets(options, Map.of());
    }

    @Test
    void aTableGetsThePasswordWhenItIsPlanned() {
        assertThat(table()).doesNotContainKey("password");
        assertThat(planned(Map.of())).containsEntry("password", "hunter2");
        assertThat(planned(Map.of("port", " 5432", "chunk-size", "5")))
                .containsEntry("password", "hunter2");
    }

    @Test
    void aHintToAnotherServerOrRoleGetsNoPassword() {
        for (String option : new String[] {"hostname", "port", "username"}) {
            assertThat(planned(Map.of(option, "6543"))).doesNotContainKey("password");
        }
        assertThat(planned(Map.of("dsn", "postgres://clerk@db.example:5432/shop")))
                .doesNotContainKey("password");
        assertThat(planned(Map.of("hostname", "other", "password", "theirs")))
                .containsEntry("password", "theirs");
    }

    /** What a compiled plan keeps of a hint stands beside what the catalog says now. */
    @Test
    void whatIsForwardedGetsThePasswordForTheServerThatBothMakeTogether() {
        Map<String, String> planned = new HashMap<>(table());
        planned.put("hostname", "before.example");
        assertThat(SETTINGS.withSecrets(table(), planned)).containsEntry("password", "hunter2");
        planned.put("port", "6543");
        assertThat(SETTINGS.withSecrets(table(), planned)).doesNotContainKey("password");
    }

    @Test
    void thePipelineIsNamedByDatabaseSchemaAndTable() {
        assertThat(table()).containsEntry("pipeline", "shop_public_orders");
    }

    @Test
    void tablesOfACatalogThatNamesAPipelineShareIt() {
        CatalogSettings settings =
                CatalogOptions.read(
                                Map.of(
                                        "dsn",
                                        "postgres://clerk@db.example:5432/shop",
                                        "pipeline",
                                        "sales"))
                        .orThrow();
        for (String table : new String[] {"orders", "customers"}) {
            assertThat(settings.tableOptions("shop", new QualifiedName("public", table)))
                    .containsEntry("pipeline", "sales");
        }
    }
}

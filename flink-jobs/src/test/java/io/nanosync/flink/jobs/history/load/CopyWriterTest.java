package io.nanosync.flink.jobs.history.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CopyWriterTest {

    private static final int COPIES = 60;

    /** That is what COPY is in the load for; a volatile default, for one, would undo it. */
    @Test
    void rowsOfEachTableShareTheirPlacesInTheWal() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            LoadTables.create(database, Division.BY_BLOCKS, Published.WHOLE);
            String slot = "copies_" + database.name();
            database.queryList(
                    "SELECT pg_create_logical_replication_slot('" + slot + "', 'test_decoding')");
            CopyWriter writer = new CopyWriter(1, 1, new AtomicLong());
            try (Connection connection = database.connect()) {
                for (int i = 0; i < COPIES; i++) {
                    writer.copy(connection, "copied");
                }
            }
            assertThat(
                            database.queryList(
                                    "SELECT DISTINCT split_part(data, ':', 1) FROM (SELECT lsn,"
                                        + " min(data) AS data FROM pg_logical_slot_peek_changes('"
                                            + slot
                                            + "', NULL, NULL) WHERE data LIKE 'table %' GROUP BY"
                                            + " lsn HAVING count(*) > 1) c"))
                    .containsExactlyInAnyOrder(
                            "table h.plain",
                            "table h.keyless",
                            "table h.parted_a",
                            "table h.parted_b",
                            "table h.divided_a",
                            "table h.divided_b",
                            "table h.toasted",
                            "table h.whole");
            database.queryList("SELECT pg_drop_replication_slot('" + slot + "')");
        }
    }
}

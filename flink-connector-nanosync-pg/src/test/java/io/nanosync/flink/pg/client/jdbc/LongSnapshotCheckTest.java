package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Finding.Severity;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LongSnapshotCheckTest {

    private static final QualifiedName PLAIN = new QualifiedName("public", "plain");
    private static final QualifiedName PARTED = new QualifiedName("public", "parted");
    private static final long MB = 1 << 20;

    private TestDatabase database;

    private void useDatabase(TestDatabase other) {
        database = other;
        database.execute(
                "CREATE TABLE plain (v text)",
                "CREATE TABLE parted (id int) PARTITION BY LIST (id)",
                "CREATE TABLE leaf PARTITION OF parted DEFAULT",
                "CREATE TABLE other (v text)",
                "INSERT INTO plain SELECT repeat('x', 1000) FROM generate_series(1, 5000)",
                "INSERT INTO leaf SELECT g FROM generate_series(1, 100000) g",
                "INSERT INTO other SELECT repeat('x', 1000) FROM generate_series(1, 5000)",
                "ANALYZE");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private List<Finding> found(long longFromBytes, @Nullable String publication) throws Exception {
        Connector connector = new Connector(database.connectionConfig());
        try (Session session = connector.open(SessionKind.CONTROL)) {
            PreflightRequest request =
                    new PreflightRequest(
                            List.of(PLAIN, PARTED, new QualifiedName("public", "other")),
                            publication == null ? null : "s",
                            true,
                            publication,
                            6,
                            false,
                            List.of(),
                            Map.of(PLAIN, new Partitioning.Ctid(), PARTED, new Partitioning.Ctid()),
                            null);
            Findings findings = new Findings();
            new LongSnapshotCheck(longFromBytes)
                    .run(PreflightContext.of(session, connector, request), findings);
            return findings.all();
        }
    }

    /** Some 5.7 MB of plain and 3.5 of the leaf. */
    @Test
    void countsWhatIsRead() throws Exception {
        useDatabase(TestPostgres.shared(18).createDatabase());
        assertThat(found(10 * MB, null)).isEmpty();
        assertThat(found(8 * MB, null))
                .containsExactly(
                        new Finding(
                                Severity.NOTE,
                                "The snapshot reads 9 MB: about a minute at 50 MB a second. Until"
                                        + " then VACUUM removes nothing in this database that is"
                                        + " updated or deleted meanwhile",
                                null));
    }

    /** Else a migration that takes its time would keep a pipeline from starting. */
    @Test
    void waitsForNoLock() throws Exception {
        useDatabase(TestPostgres.shared(18).createDatabase());
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE plain");
            assertThat(found(MB, null)).hasSize(1);
            connection.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 18})
    void saysHowMuchWalTheSlotKeeps(int major) throws Exception {
        useDatabase(TestPostgres.shared(major).createDatabase());
        List<Finding> found = found(MB, "pub");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).severity()).isEqualTo(Severity.NOTE);
        assertThat(found.get(0).problem())
                .matches(
                        major == 13
                                ? ".*, and the slot keeps all WAL that is written"
                                : ".*, and the slot keeps some [0-9]+ MB of WAL, at the rate since"
                                        + " 20[-0-9]+ \\(max_slot_wal_keep_size is unlimited\\)");
    }

    @Test
    void warnsOfALimitThatTheSlotWouldMeet() throws Exception {
        try (TestPostgres server = TestPostgres.start(18, Map.of("max_slot_wal_keep_size", "0"))) {
            useDatabase(server.createDatabase());
            List<Finding> found = found(MB, "pub");
            assertThat(found).hasSize(1);
            Finding warning = found.get(0);
            assertThat(warning.severity()).isEqualTo(Severity.WARNING);
            assertThat(warning.problem())
                    .endsWith(
                            ", more than max_slot_wal_keep_size (0 MB) lets it: the slot would be"
                                    + " lost, and the snapshot with it");
            server.execute(String.valueOf(warning.remedy()).split("; "));
            assertThat(found(MB, "pub"))
                    .extracting(Finding::severity)
                    .containsExactly(Severity.NOTE);
            database.close();
            useDatabase(TestPostgres.shared(18).createDatabase());
        }
    }
}

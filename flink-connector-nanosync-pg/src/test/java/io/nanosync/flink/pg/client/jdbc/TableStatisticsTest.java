package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableEstimate;
import io.nanosync.flink.pg.client.TableEstimate.ColumnEstimate;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Autovacuum is off on every table: it would look at them at any time. */
class TableStatisticsTest {

    private TestDatabase database = TestPostgres.shared(17).createDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    private void onVersion(int major) {
        database.close();
        database = TestPostgres.shared(major).createDatabase();
    }

    private @Nullable TableEstimate estimate(String... tables) throws PgException {
        return estimate(Clients.superuser(database), tables);
    }

    private static @Nullable TableEstimate estimate(PgClient client, String... tables)
            throws PgException {
        List<QualifiedName> names = Stream.of(tables).map(QualifiedName::parse).toList();
        try (CatalogSession session = client.openCatalog()) {
            return session.estimate(names);
        }
    }

    private TableEstimate known(String... tables) throws PgException {
        return Objects.requireNonNull(estimate(tables), "an estimate");
    }

    private static ColumnEstimate column(TableEstimate table, String name) {
        return Objects.requireNonNull(table.columns().get(name), name);
    }

    private void fill(String table, int rows) {
        database.execute(
                "CREATE TABLE " + table + " (id int, note text) WITH (autovacuum_enabled = off)",
                insert(table, rows));
    }

    private static String insert(String table, int rows) {
        return "INSERT INTO "
                + table
                + " SELECT i, 'note ' || i % 10 FROM generate_series(1, "
                + rows
                + ") i";
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 18})
    void knowsNothingOfATableThatWasNeverAnalyzed(int major) throws Exception {
        onVersion(major);
        fill("t", 10_000);
        fill("empty", 0);
        assertThat(estimate("public.t")).isNull();
        assertThat(estimate("public.empty")).isNull();
        database.execute("ANALYZE empty", "ANALYZE t");
        assertThat(known("public.t").rows()).isEqualTo(10_000);
        assertThat(estimate("public.empty")).isNull();
    }

    /** Emptied or empty when it was looked at, and filled since. */
    @Test
    void doesNotTakeALargeTableForAnEmptyOne() throws Exception {
        fill("t", 10_000);
        database.execute(
                "DELETE FROM t WHERE id < 10000", "VACUUM t", "DELETE FROM t", "ANALYZE t");
        database.execute(insert("t", 10_000));
        assertThat(estimate("public.t")).isNull();
        fill("was_empty", 0);
        database.execute("ANALYZE was_empty", insert("was_empty", 10_000));
        assertThat(estimate("public.was_empty")).isNull();
    }

    @Test
    void countsBlocksThatHaveComeSince() throws Exception {
        fill("t", 10_000);
        database.execute("ANALYZE t", insert("t", 90_000));
        assertThat((double) known("public.t").rows()).isCloseTo(100_000, within(2_000.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void tellsOfColumns(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (id int, kind int, maybe text) WITH (autovacuum_enabled = off)",
                "INSERT INTO t SELECT i, i % 7, CASE WHEN i % 4 = 0 THEN 'there' END FROM"
                        + " generate_series(1, 10000) i",
                "ANALYZE t");
        TableEstimate estimate = known("public.t");
        assertThat(column(estimate, "id")).isEqualTo(new ColumnEstimate(10_000L, 0, 4));
        assertThat(column(estimate, "kind")).isEqualTo(new ColumnEstimate(7L, 0, 4));
        assertThat(column(estimate, "maybe")).isEqualTo(new ColumnEstimate(1L, 7_500, 6));
    }

    /** Of these PostgreSQL itself says the width of a pointer. */
    @Test
    void countsLargeValuesWhereTheyAre() throws Exception {
        database.execute(
                "CREATE TABLE t (id int, large text) WITH (autovacuum_enabled = off)",
                "ALTER TABLE t ALTER COLUMN large SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT i, repeat('x', 20000) FROM generate_series(1, 100) i",
                "ANALYZE t");
        ColumnEstimate large = column(known("public.t"), "large");
        assertThat(large.averageBytes()).isBetween(20_000.0, 25_000.0);
    }

    @Test
    void tellsOfNoColumnThatTheRoleMayNotSee() throws Exception {
        fill("t", 100);
        database.execute("ANALYZE t");
        PlainRole.in(database);
        PgClient plain = Clients.plain(database);
        assertThat(Objects.requireNonNull(estimate(plain, "public.t")).columns()).isEmpty();
        database.execute("GRANT SELECT (id) ON t TO " + PlainRole.NAME);
        assertThat(Objects.requireNonNull(estimate(plain, "public.t")).columns())
                .containsOnlyKeys("id");
    }

    @Test
    void addsUpPartitionsAndTables() throws Exception {
        database.execute(
                "CREATE TABLE parted (id int, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE first PARTITION OF parted FOR VALUES FROM (0) TO (8001) WITH"
                        + " (autovacuum_enabled = off)",
                "CREATE TABLE rest PARTITION OF parted DEFAULT PARTITION BY RANGE (id)",
                "CREATE TABLE second PARTITION OF rest FOR VALUES FROM (8001) TO (20000) WITH"
                        + " (autovacuum_enabled = off)",
                "CREATE TABLE third PARTITION OF rest DEFAULT",
                insert("parted", 10_000),
                "ANALYZE first");
        fill("t", 5_000);
        database.execute("ANALYZE t");
        TableEstimate parted = known("public.parted");
        assertThat((double) parted.rows()).isCloseTo(10_000, within(200.0));
        assertThat(parted.columns()).isEmpty();
        TableEstimate both = known("public.t", "public.parted");
        assertThat((double) both.rows()).isCloseTo(15_000, within(300.0));
        assertThat(both.columns()).isEmpty();
        database.execute("ANALYZE parted");
        assertThat(known("public.parted").columns()).containsOnlyKeys("id", "note");
    }

    /** Most of it wasn't looked at. */
    @Test
    void doesNotJudgeALargePartitionByASmallOne() throws Exception {
        database.execute(
                "CREATE TABLE parted (id int, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE first PARTITION OF parted FOR VALUES FROM (0) TO (101) WITH"
                        + " (autovacuum_enabled = off)",
                "CREATE TABLE rest PARTITION OF parted DEFAULT WITH (autovacuum_enabled = off)",
                insert("parted", 10_000),
                "ANALYZE first");
        assertThat(estimate("public.parted")).isNull();
    }

    /** It is read without them. */
    @Test
    void leavesOutHeirs() throws Exception {
        fill("t", 1_000);
        database.execute(
                "CREATE TABLE heir (extra int) INHERITS (t) WITH (autovacuum_enabled = off)",
                "INSERT INTO heir SELECT -i, 'heir', i FROM generate_series(1, 9000) i",
                "ANALYZE t",
                "ANALYZE heir");
        TableEstimate estimate = known("public.t");
        assertThat(estimate.rows()).isEqualTo(1_000);
        assertThat(column(estimate, "note").distinctValues()).isEqualTo(10);
    }

    @Test
    void takesNamesAsTheyAre() throws Exception {
        database.execute("CREATE SCHEMA \"Sales.EU\"");
        fill("\"Sales.EU\".\"Order \"\"lines\"", 100);
        database.execute("ANALYZE \"Sales.EU\".\"Order \"\"lines\"");
        assertThat(known("\"Sales.EU\".\"Order \"\"lines\"").rows()).isEqualTo(100);
        assertThat(estimate("public.gone")).isNull();
    }

    @Test
    void doesNotWaitForWhoHasLockedTheTable() throws Exception {
        fill("t", 100);
        database.execute("ANALYZE t");
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            assertThatThrownBy(() -> estimate("public.t"))
                    .hasMessageContaining("Cannot estimate the rows of public.t")
                    .hasMessageContaining("lock timeout");
        }
        assertThat(known("public.t").rows()).isEqualTo(100);
    }
}

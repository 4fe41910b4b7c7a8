package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What preflight says of a publication under which PostgreSQL refuses the application's UPDATE and
 * DELETE: exactly what PostgreSQL does, and what mends it.
 */
final class PublishedIdentityCheckTest {

    private TestDatabase database;

    /** Makes publication and identities as they were again. */
    private List<String> undo = List.of();

    private void onVersion(int major) {
        database = TestPostgres.shared(major).createDatabase();
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private List<Finding> errors(String... tables) throws Exception {
        try (ControlSession control = Clients.superuser(database).openControl()) {
            return control
                    .preflight(
                            new PreflightRequest(
                                    Stream.of(tables).map(QualifiedName::parse).toList(),
                                    "preflight_slot",
                                    true,
                                    "pub",
                                    6,
                                    false))
                    .stream()
                    .filter(Finding::stops)
                    .toList();
        }
    }

    /** The only error's text, once each way that its remedy names has been seen to mend it. */
    private String mended(String table, String dml) throws Exception {
        assertRefused(dml);
        List<Finding> found = errors(table);
        assertThat(found).hasSize(1);
        for (String way : requireNonNull(found.get(0).remedy()).split(", or: ")) {
            database.execute(way);
            assertThat(errors(table)).as(way).isEmpty();
            database.execute(dml);
            database.execute(undo.toArray(String[]::new));
            assertRefused(dml);
        }
        return found.get(0).problem();
    }

    private void assertRefused(String dml) {
        assertThatThrownBy(() -> database.execute(dml))
                .hasStackTraceContaining("ERROR: cannot ")
                .hasStackTraceContaining("replica identity");
    }

    /**
     * @param identities how the replica identities are made as they were again
     */
    private void publish(String tables, String... identities) {
        undo =
                Stream.concat(
                                Stream.of(
                                        "DROP PUBLICATION IF EXISTS pub",
                                        "CREATE PUBLICATION pub FOR TABLE "
                                                + tables
                                                + " WITH (publish_via_partition_root = true)"),
                                Stream.of(identities))
                        .toList();
        database.execute(undo.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void refusesAFilterOverColumnsOutsideOfTheIdentity(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, kind text, \"Note\" text)",
                "INSERT INTO t VALUES (1, ':varattno 1')");
        publish(
                "t WHERE (kind <> ':varattno 3' AND id > 0 AND \"Note\" IS NULL)",
                "ALTER TABLE t REPLICA IDENTITY DEFAULT");
        assertThat(mended("public.t", "DELETE FROM t WHERE id < 0"))
                .isEqualTo(
                        "Publication \"pub\" has a row filter over (Note, kind) for table public.t,"
                                + " whose replica identity is (id): PostgreSQL refuses every UPDATE"
                                + " and DELETE on it");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void refusesAListWithoutTheIdentity(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (a int, \"B\" int, v text, w text, PRIMARY KEY (a, \"B\"))");
        publish("t (v, a) WHERE (a > 1)");
        assertThat(mended("public.t", "UPDATE t SET v = '' WHERE a < 0"))
                .isEqualTo(
                        "Publication \"pub\" has a column list without (B) for table public.t,"
                                + " whose replica identity is (a, B): PostgreSQL refuses every"
                                + " UPDATE and DELETE on it");
        database.execute(requireNonNull(errors("public.t").get(0).remedy()));
        assertThat(
                        database.queryList(
                                "SELECT attnames::text || rowfilter FROM pg_publication_tables"
                                        + " WHERE pubname = 'pub'"))
                .containsExactly("{a,B,v}(a > 1)");
    }

    @Test
    void refusesBothAtOnce() throws Exception {
        onVersion(18);
        database.execute(
                "CREATE TABLE t (id int NOT NULL UNIQUE, v text, w text)",
                "ALTER TABLE t REPLICA IDENTITY USING INDEX t_id_key");
        publish("t (v, w) WHERE (w = '')");
        assertThat(mended("public.t", "UPDATE t SET v = '' WHERE id < 0"))
                .contains("has a column list without (id) and a row filter over (w) for table");
    }

    /** It is the partition's identity that counts, and the list and filter of the root. */
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void refusesAFilterOfARootOverColumnsOutsideOfALeafsIdentity(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE parted (id int, kind int NOT NULL, v text, PRIMARY KEY (id, kind))"
                        + " PARTITION BY RANGE (id)",
                "CREATE TABLE \"Leaf\" (v text, kind int NOT NULL, id int NOT NULL UNIQUE)",
                "ALTER TABLE parted ATTACH PARTITION \"Leaf\" FOR VALUES FROM (1) TO (9)",
                "ALTER TABLE \"Leaf\" REPLICA IDENTITY USING INDEX \"Leaf_id_key\"",
                "CREATE TABLE other PARTITION OF parted FOR VALUES FROM (9) TO (19)");
        publish(
                "parted WHERE (kind > 0)",
                "ALTER TABLE parted REPLICA IDENTITY DEFAULT",
                "ALTER TABLE other REPLICA IDENTITY DEFAULT",
                "ALTER TABLE \"Leaf\" REPLICA IDENTITY USING INDEX \"Leaf_id_key\"");
        database.execute("UPDATE parted SET v = '' WHERE id = 9");
        assertThat(mended("public.parted", "UPDATE parted SET v = '' WHERE id = 1"))
                .isEqualTo(
                        "Publication \"pub\" has a row filter over (kind) for table public.parted,"
                                + " whose partition public.\"Leaf\" has the replica identity (id):"
                                + " PostgreSQL refuses every UPDATE and DELETE on it");
    }

    /** Not even a list of all columns. */
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void refusesAListUnderFullIdentity(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "ALTER TABLE t REPLICA IDENTITY FULL");
        publish("t (id, v) WHERE (v <> '')");
        assertThat(mended("public.t", "DELETE FROM t"))
                .isEqualTo(
                        "Publication \"pub\" has a column list for table public.t, whose replica"
                                + " identity is FULL: PostgreSQL refuses every UPDATE and DELETE on"
                                + " it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "t WHERE (id > 0)",
                "t (v, id) WHERE (id > 0)",
                "t WHERE (id > 0), TABLES IN SCHEMA other",
            })
    void acceptsWhatPostgresDoes(String tables) throws Exception {
        onVersion(18);
        database.execute("CREATE SCHEMA other", "CREATE TABLE t (id int PRIMARY KEY, v text)");
        publish(tables);
        assertThat(errors("public.t")).isEmpty();
        database.execute("DELETE FROM t");
    }

    @Test
    void acceptsEveryFilterUnderFullIdentity() throws Exception {
        onVersion(18);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "ALTER TABLE t REPLICA IDENTITY FULL");
        publish("t WHERE (v = '')");
        assertThat(errors("public.t")).isEmpty();
        database.execute("DELETE FROM t");
    }

    @Test
    void acceptsEverythingOfAPublicationOfInsertsAlone() throws Exception {
        onVersion(18);
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        database.execute(
                "CREATE PUBLICATION pub FOR TABLE t (v) WHERE (v = '') WITH (publish = 'insert')");
        assertThat(errors("public.t")).isEmpty();
        database.execute("DELETE FROM t");
    }

    /** Before 18 no list can have it. */
    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void saysStepByStepHowAListBesideAGeneratedKeyIsMended(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE t (id int, twice int GENERATED ALWAYS AS (id * 2) STORED, v text,"
                        + " PRIMARY KEY (id, twice))");
        publish("t (id)");
        assertRefused("DELETE FROM t");
        int steps = 0;
        for (List<Finding> found = errors("public.t");
                !found.isEmpty();
                found = errors("public.t")) {
            for (Finding finding : found) {
                database.execute(requireNonNull(finding.remedy()));
            }
            steps++;
            assertThat(steps).isLessThan(3);
        }
        database.execute("DELETE FROM t");
    }

    /** PostgreSQL judges by the table's own row, though it publishes all of it. */
    @Test
    void refusesAFilterOfATableWhoseSchemaIsPublishedToo() throws Exception {
        onVersion(18);
        database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
        publish(
                "t WHERE (v = ''), TABLES IN SCHEMA public",
                "ALTER TABLE t REPLICA IDENTITY DEFAULT");
        assertThat(mended("public.t", "DELETE FROM t")).contains("has a row filter over (v)");
    }
}

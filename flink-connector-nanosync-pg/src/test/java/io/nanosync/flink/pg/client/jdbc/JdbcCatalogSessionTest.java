package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcCatalogSessionTest {

    private static CatalogSession.Entry entry(CatalogSession session, String name)
            throws Exception {
        return Objects.requireNonNull(session.entry(QualifiedName.parse(name)), name);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void tellsARoleWhatThereIsAndWhatItMayRead(int major) throws Exception {
        TestPostgres server = TestPostgres.shared(major);
        try (TestDatabase database = server.createDatabase();
                TestDatabase closed = server.createDatabase();
                TestDatabase half = server.createDatabase()) {
            database.execute(
                    "COMMENT ON DATABASE " + database.name() + " IS 'sold'",
                    "REVOKE CONNECT ON DATABASE " + closed.name() + " FROM PUBLIC",
                    "UPDATE pg_database SET datconnlimit = -2 WHERE datname = '"
                            + half.name()
                            + "'",
                    "CREATE TABLE mine (id int PRIMARY KEY, note text)",
                    "COMMENT ON TABLE mine IS 'mine'",
                    "COMMENT ON COLUMN mine.note IS 'noted'",
                    "COMMENT ON INDEX mine_pkey IS 'of the index'",
                    "CREATE TABLE parts (id int) PARTITION BY LIST (id)",
                    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1)",
                    "CREATE VIEW seen AS SELECT 1 AS one",
                    "CREATE SCHEMA \"Not.Mine\"",
                    "CREATE TABLE \"Not.Mine\".hidden (id int)");
            PlainRole.in(database, "mine", "parts", "\"Not.Mine\".hidden");
            database.execute("CREATE TABLE later (id int)");
            try (CatalogSession session = Clients.plain(database).openCatalog()) {
                assertThat(session.databases())
                        .contains(
                                new CatalogSession.Database(database.name(), true, "sold"),
                                new CatalogSession.Database(closed.name(), false, null))
                        .extracting(CatalogSession.Database::name)
                        .doesNotContain("template0", "template1", half.name());
                assertThat(session.tables())
                        .containsExactly(
                                new QualifiedName("public", "mine"),
                                new QualifiedName("public", "parts"));
                CatalogSession.Entry mine = entry(session, "public.mine");
                assertThat(mine.comment()).isEqualTo("mine");
                assertThat(mine.columnComments()).isEqualTo(Map.of("note", "noted"));
                assertThat(mine.schema().primaryKey()).isEqualTo(List.of("id"));
                assertThat(mine.mayUseSchema() && mine.maySelect()).isTrue();
                assertThat(entry(session, "public.later").maySelect()).isFalse();
                assertThat(entry(session, "\"Not.Mine\".hidden").mayUseSchema()).isFalse();
                assertThat(entry(session, "public.seen").kind()).isEqualTo('v');
                assertThat(entry(session, "public.parts_1").kind()).isEqualTo('r');
                assertThat(session.entry(QualifiedName.parse("public.\"Mine\""))).isNull();
            } finally {
                database.execute(
                        "UPDATE pg_database SET datconnlimit = -1 WHERE datname = '"
                                + half.name()
                                + "'");
            }
        }
    }
}

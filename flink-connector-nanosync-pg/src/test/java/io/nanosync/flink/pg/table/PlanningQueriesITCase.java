package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;

/** How often the server is asked while a statement is planned, by the server's own log. */
class PlanningQueriesITCase {

    @Test
    void asManyTablesAreLookedAtWithAsManyQueriesAsOne() throws IOException {
        try (TestPostgres server = TestPostgres.start(18, Map.of("log_statement", "all"))) {
            TestDatabase database = server.createDatabase();
            database.execute(
                    "DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE TYPE type_%s AS"
                            + " (street text, lines text[])', i); EXECUTE format('CREATE TABLE"
                            + " many_%s (id int PRIMARY KEY, a type_%s, more type_%s[])', i, i,"
                            + " i); END LOOP; END $$",
                    "CREATE TABLE one_alone (LIKE many_1 INCLUDING ALL)");
            TableEnvironment flink = SqlSession.streaming(1);
            List<String> one = queries(server, flink, database, "lone", "public.one_.*");
            List<String> many = queries(server, flink, database, "lots", "public.many_.*");
            assertThat(one).isNotEmpty();
            assertThat(many).hasSameSizeAs(one);
        }
    }

    private static List<String> queries(
            TestPostgres server,
            TableEnvironment flink,
            TestDatabase database,
            String table,
            String pattern)
            throws IOException {
        flink.executeSql(
                "CREATE TABLE "
                        + table
                        + " (id INT, source STRING, a ROW<street STRING>, more ARRAY<ROW<lines"
                        + " ARRAY<STRING>>>, PRIMARY KEY (source, id) NOT ENFORCED) WITH"
                        + " ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'pipeline' = '"
                        + table
                        + "', 'table-name' = '"
                        + pattern
                        + "', 'table-column' = 'source')");
        int before = statements(server).size();
        flink.explainSql("SELECT * FROM " + table);
        List<String> all = statements(server);
        return all.subList(before, all.size());
    }

    private static List<String> statements(TestPostgres server) throws IOException {
        return Files.readAllLines(server.folder().resolve("server.log")).stream()
                .filter(
                        line ->
                                line.contains("LOG:  execute ")
                                        || line.contains("LOG:  statement:"))
                .toList();
    }
}

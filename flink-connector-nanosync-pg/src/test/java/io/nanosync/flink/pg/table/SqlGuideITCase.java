package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs every statement of {@code docs/sql.md}, in its order, as a reader would. */
class SqlGuideITCase {

    private static final Pattern SETTING = Pattern.compile("SET '(.*)' = '(.*)'");

    /** How many changes a query of the guide has at least before it waits for more. */
    private static final int FIRST_CHANGES = 2;

    private final List<String> tables = new ArrayList<>();
    private TestPostgres server;
    private TestDatabase database;

    @BeforeEach
    void create() {
        // A server of its own: the guide makes a role, and roles are the server's.
        server = TestPostgres.start(15);
        database = server.createDatabase();
    }

    @AfterEach
    void drop() {
        server.close();
    }

    @Test
    void everyStatementOfTheGuideRuns() throws Exception {
        TableEnvironment flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("parallelism.default", "1");
        List<List<Row>> results = new ArrayList<>();
        List<String> later = new ArrayList<>();
        for (SqlGuide.Statement statement : SqlGuide.statements()) {
            switch (statement.server()) {
                case "postgresql" -> database.execute(statement.text());
                case "postgresql-later" -> later.add(statement.text());
                default -> run(flink, here(statement.text()), results);
            }
        }
        assertThat(results.get(0)).extracting(Row::toString).contains("+I[Ada, 12.50]");
        assertThat(results.get(1)).extracting(Row::toString).contains("+I[/, 1]");
        assertThat(results.get(2))
                .extracting(Row::toString)
                .contains("+I[r, 1, 12.50, null]", "+I[r, 2, 99.99, null]");
        assertThat(results.get(3))
                .extracting(Row::toString)
                .containsExactlyInAnyOrder("+I[Ada, /]", "+I[Grace, /]");
        assertThat(results.get(4))
                .extracting(Row::toString)
                .allMatch(row -> row.startsWith("+I[r, /"));
        assertThat(results.get(5)).extracting(Row::toString).containsExactly("+I[2, 112.49]");
        assertThat(results.get(6)).hasSize(2);
        assertThat(results.get(7))
                .singleElement()
                .satisfies(row -> assertThat(row.toString()).contains("rowcount = "));
        assertThat(results).hasSize(8);
        Await.until(
                "the slots are free",
                () ->
                        database.queryLong("SELECT count(*) FROM pg_replication_slots WHERE active")
                                == 0);
        later.forEach(database::execute);
    }

    private String here(String statement) {
        return statement
                .replace("'localhost'", "'127.0.0.1'")
                .replace("'5432'", "'" + database.port() + "'")
                .replace("'shop'", "'" + database.name() + "'")
                .replace(
                        "localhost:5432/shop",
                        "127.0.0.1:" + database.port() + "/" + database.name());
    }

    private void run(TableEnvironment flink, String statement, List<List<Row>> results)
            throws Exception {
        Matcher setting = SETTING.matcher(statement);
        if (setting.matches()) {
            // The SQL client's statement. Here a job must not be slower than its reader.
            flink.getConfig().set(setting.group(1), setting.group(2).replace("10s", "200ms"));
        } else if (statement.contains("'startup-mode' = 'snapshot'")) {
            try (CloseableIterator<Row> rows = batch(flink).executeSql(statement).collect()) {
                List<Row> all = new ArrayList<>();
                rows.forEachRemaining(all::add);
                results.add(all);
            }
        } else if (statement.startsWith("SELECT")) {
            try (LiveQuery query = new LiveQuery(flink, statement)) {
                query.awaitRows(FIRST_CHANGES);
                results.add(query.changelog());
            }
        } else {
            if (statement.startsWith("CREATE TABLE")) {
                tables.add(statement);
            }
            flink.executeSql(statement);
        }
    }

    /** The guide's tables in batch mode, which an environment is created with. */
    private TableEnvironment batch(TableEnvironment flink) {
        assertThat(flink.getConfig().getConfiguration().toMap())
                .containsEntry("execution.runtime-mode", "batch");
        TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        tables.forEach(batch::executeSql);
        return batch;
    }
}

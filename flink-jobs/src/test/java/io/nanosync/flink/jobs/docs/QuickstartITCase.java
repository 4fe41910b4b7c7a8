package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.Nanosync;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the quickstart says, done on a real server. */
class QuickstartITCase {

    private static final String ORDERS =
            "CREATE TABLE public.orders (id bigint PRIMARY KEY, customer text, total numeric(12,"
                    + " 2), placed_at timestamptz)";

    private final Page quickstart = Page.of("docs/quickstart.md");
    private final TestDatabase database = TestPostgres.shared(17).createDatabase();

    @TempDir private Path folder;

    @BeforeEach
    void createTable() {
        database.execute(ORDERS, "DROP ROLE IF EXISTS nanosync");
    }

    @AfterEach
    void dropDatabase() {
        database.execute("DROP OWNED BY nanosync", "DROP ROLE nanosync");
        database.close();
    }

    @Test
    void thePreparedServerPassesValidation() throws IOException {
        prepare();
        for (String example : quickstart.examples("yaml")) {
            assertThat(Nanosync.execute("validate", "-f", file(example).toString())).isZero();
        }
    }

    @Test
    void theReadmesServerPassesValidation() throws IOException {
        for (String sql : Page.of("README.md").examples("sql")) {
            database.execute(sql);
        }
        String example = Page.of("README.md").examples("yaml").get(0);
        assertThat(Nanosync.execute("validate", "-f", file(example).toString())).isZero();
    }

    @Test
    void theSqlTableCanBePlanned() {
        prepare();
        String example =
                quickstart.examples("sql").stream()
                        .filter(sql -> sql.contains("'connector'"))
                        .findFirst()
                        .orElseThrow()
                        .replace("'localhost'", "'127.0.0.1'")
                        .replace("'5432'", "'" + database.port() + "'")
                        .replace("'shop'", "'" + database.name() + "'");
        List<String> statements = new ArrayList<>(statements(example));
        String query = statements.remove(statements.size() - 1);
        TableEnvironment env = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        for (String statement : statements) {
            if (statement.startsWith("SET")) {
                String[] words = statement.split("'", -1);
                env.getConfig().set(words[1], words[3]);
            } else {
                env.executeSql(statement);
            }
        }
        assertThat(env.explainSql(query)).contains("orders");
    }

    private void prepare() {
        quickstart.examples("sql").stream()
                .takeWhile(sql -> !sql.contains("'connector'"))
                .forEach(database::execute);
    }

    private static List<String> statements(String sql) {
        return Stream.of(sql.split(";\\s*(\\n|$)")).map(String::strip).toList();
    }

    private Path file(String example) throws IOException {
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                example.replace("${env:PG_PASSWORD}", "secret")
                        .replace(
                                "localhost:5432/shop",
                                "127.0.0.1:" + database.port() + "/" + database.name()));
    }
}

package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.source.PgSourceBuilder;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.JobStatusChangedEvent;
import org.apache.flink.core.execution.JobStatusChangedListener;
import org.apache.flink.core.execution.JobStatusChangedListenerFactory;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageGraph;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.apache.flink.streaming.runtime.execution.JobCreatedEvent;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listener of Flink's, to which a job is announced, learns of the tables it reads. */
class LineageITCase {

    private static final String LISTENERS = "execution.job-status-changed-listeners";

    /** By name of the job. */
    private static final Map<String, LineageGraph> ANNOUNCED = new ConcurrentHashMap<>();

    /** For Flink, by its name. */
    public static final class Listening implements JobStatusChangedListenerFactory {
        @Override
        public JobStatusChangedListener createListener(Context context) {
            return Listening::on;
        }

        private static void on(JobStatusChangedEvent event) {
            if (event instanceof JobCreatedEvent created) {
                ANNOUNCED.put(created.jobName(), created.lineageGraph());
            }
        }
    }

    private TestDatabase database;
    private String job;
    private JobClient running;

    @BeforeEach
    void create() {
        database = TestPostgres.shared(17).createDatabase();
        job = "lineage of " + database.name();
        database.execute(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int)",
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "CREATE TABLE part_1 (id int PRIMARY KEY)",
                "CREATE TABLE part_2 (id int PRIMARY KEY)",
                "CREATE SCHEMA \"Sales.EU\"",
                "CREATE TABLE \"Sales.EU\".\"Lines\" (id int PRIMARY KEY)");
    }

    @AfterEach
    void drop() throws Exception {
        if (running != null) {
            running.cancel().get();
        }
        database.close();
    }

    private TableEnvironment sql() {
        TableEnvironment flink = SqlSession.streaming(1);
        flink.getConfig().set(LISTENERS, Listening.class.getName());
        flink.getConfig().set("pipeline.name", job);
        flink.executeSql("CREATE TABLE done (id INT) WITH ('connector' = 'blackhole')");
        return flink;
    }

    private void declare(TableEnvironment flink, String name, String tables, String... options) {
        flink.executeSql(
                "CREATE TABLE "
                        + name
                        + " (id INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' ="
                        + " 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = '"
                        + tables
                        + "'"
                        + String.join("", options)
                        + ")");
    }

    private LineageGraph announced() {
        return Objects.requireNonNull(ANNOUNCED.get(job), "the job's lineage");
    }

    private SourceLineageVertex source() {
        List<SourceLineageVertex> sources = announced().sources();
        assertThat(sources).hasSize(1);
        return sources.get(0);
    }

    private String namespace() {
        return "postgres://" + database.connectionConfig().address();
    }

    private List<String> names(SourceLineageVertex source) {
        assertThat(source.datasets()).allMatch(one -> one.namespace().equals(namespace()));
        return source.datasets().stream().map(LineageDataset::name).toList();
    }

    private String named(String table) {
        return database.name() + "." + table;
    }

    @Test
    void namesTheTableOfAStatement() throws Exception {
        TableEnvironment flink = sql();
        declare(flink, "orders", "public.orders");
        running = flink.executeSql("INSERT INTO done SELECT id FROM orders").getJobClient().get();
        SourceLineageVertex source = source();
        assertThat(names(source)).containsExactly(named("public.orders"));
        assertThat(source.boundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(announced().relations())
                .singleElement()
                .satisfies(
                        edge -> {
                            assertThat(edge.source()).isSameAs(source);
                            assertThat(edge.sink().datasets())
                                    .extracting(LineageDataset::name)
                                    .containsExactly("default_catalog.default_database.done");
                        });
    }

    /** The scans of a pipeline are one source, which is there before the second scan comes. */
    @Test
    void namesAllTablesOfASharedSource() throws Exception {
        TableEnvironment flink = sql();
        declare(flink, "orders", "public.orders", ", 'pipeline' = 'shared'");
        declare(flink, "customers", "public.customers", ", 'pipeline' = 'shared'");
        StatementSet both = flink.createStatementSet();
        both.addInsertSql("INSERT INTO done SELECT id FROM orders");
        both.addInsertSql("INSERT INTO done SELECT id FROM customers");
        running = both.execute().getJobClient().get();
        assertThat(names(source()))
                .containsExactly(named("public.orders"), named("public.customers"));
    }

    /** They were asked for at planning. */
    @Test
    void namesTheTablesOfAPattern() throws Exception {
        TableEnvironment flink = sql();
        flink.executeSql(
                "CREATE TABLE parts (id INT) WITH ('connector' = 'nanosync-pg', 'dsn' = '"
                        + database.dsn()
                        + "', 'table-name' = 'public.part_.*', 'pipeline' = 'parts',"
                        + " 'startup-mode' = 'snapshot')");
        flink.executeSql("INSERT INTO done SELECT id FROM parts").await();
        SourceLineageVertex source = source();
        assertThat(names(source))
                .containsExactlyInAnyOrder(named("public.part_1"), named("public.part_2"));
        assertThat(source.boundedness()).isEqualTo(Boundedness.BOUNDED);
    }

    private void stream(PgSourceBuilder source) throws Exception {
        Configuration settings = new Configuration();
        settings.setString(LISTENERS, Listening.class.getName());
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, settings);
        source.pipeline("lineage")
                .dsn(database.dsn())
                .property("startup_mode", "snapshot")
                .build()
                .addTo(env)
                .sinkTo(new DiscardingSink<>());
        env.execute(job);
    }

    @Test
    void namesTheTablesOfAStream() throws Exception {
        stream(PgSource.builder().tables("public.orders", "\"Sales.EU\".\"Lines\""));
        SourceLineageVertex source = source();
        assertThat(names(source)).containsExactly(named("public.orders"), named("Sales.EU.Lines"));
        assertThat(source.boundedness()).isEqualTo(Boundedness.BOUNDED);
    }
}

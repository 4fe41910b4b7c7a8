package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page on the setup of a server, done statement by statement as a database administrator does
 * it, who is not the role of the pipeline.
 */
class SetupITCase {

    private static final String ROLE = "CREATE ROLE nanosync LOGIN REPLICATION PASSWORD 'secret';";
    private static final String GRANT_TABLES =
            "GRANT SELECT ON TABLE public.orders, public.order_items TO nanosync;";
    private static final String GRANT_SCHEMA =
            """
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO nanosync;
            ALTER DEFAULT PRIVILEGES IN SCHEMA public
              GRANT SELECT ON TABLES TO nanosync;
            """;
    private static final String SLOT =
            "SELECT pg_create_logical_replication_slot('nanosync_slot_orders', 'pgoutput');";
    private static final String PUBLICATION_OF_TABLES =
            """
            CREATE PUBLICATION nanosync_pub_orders
              FOR TABLE public.orders, public.order_items;
            """;
    private static final String PUBLICATION_OF_ALL =
            "CREATE PUBLICATION nanosync_pub_orders FOR ALL TABLES;";
    private static final String WHOLE_ROWS = "ALTER TABLE public.orders REPLICA IDENTITY FULL;";
    private static final String MAY_CREATE = "GRANT CREATE ON DATABASE shop TO nanosync;";
    private static final String MEMBER = "GRANT shop_owner TO nanosync;";

    private static final String PUBLICATION = "SELECT oid, xmin FROM pg_publication";
    private static final Pattern REMEDY = Pattern.compile("Run: (.+)");

    private final Page page = Page.of("docs/setup.md");

    @TempDir private Path folder;

    private TestPostgres server;
    private TestDatabase database;

    @AfterEach
    void dropDatabaseAndRoles() {
        database.close();
        server.execute("DROP ROLE nanosync", "DROP ROLE IF EXISTS shop_owner");
    }

    @ParameterizedTest
    @CsvSource({"13, false, false", "15, true, true", "18, false, true"})
    void pipelineRunsOnWhatWasMadeByHand(int version, boolean schema, boolean allTables)
            throws Exception {
        createDatabase(version);
        String verify = statements(page.examples("sql").get(0)).get(0);
        assertThat(database.queryString(verify)).isEqualTo("logical");
        asThePageSays(ROLE);
        createTable("orders");
        if (schema) {
            asThePageSays(GRANT_SCHEMA);
        }
        createTable("order_items");
        if (!schema) {
            asThePageSays(GRANT_TABLES);
        }
        insert("orders", 1);
        insert("order_items", 2);
        asThePageSays(SLOT);
        insert("orders", 3);
        asThePageSays(allTables ? PUBLICATION_OF_ALL : PUBLICATION_OF_TABLES);
        insert("orders", 4);
        asThePageSays(WHOLE_ROWS);
        List<List<String>> made = database.queryRows(PUBLICATION);

        try (NanosyncProcess run = start()) {
            run.awaitErr("orders  streaming");
            database.execute(
                    "UPDATE public.orders SET note = 'paid' WHERE id = 1",
                    "DELETE FROM public.orders WHERE id = 4",
                    "DELETE FROM public.order_items WHERE id = 2");
            assertThat(printed(run, 7))
                    .containsExactlyInAnyOrder(
                            "public.orders read id=1 note=new",
                            "public.orders read id=3 note=new",
                            "public.orders read id=4 note=new",
                            "public.order_items read id=2 note=new",
                            "public.orders update id=1 note=paid  was: id=1 note=new",
                            "public.orders delete id=4 note=new",
                            "public.order_items delete id=2");
        }
        insert("order_items", 5);

        // What it didn't make is there still, also when it begins anew without its state.
        deleteState();
        if (version >= 14) {
            // The server knows that the slot has had a pipeline.
            try (NanosyncProcess run = start()) {
                assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
                assertThat(run.err()).contains("exists, but this pipeline has no state");
            }
            assertThat(slots()).containsExactly("nanosync_slot_orders");
            database.execute("SELECT pg_drop_replication_slot('nanosync_slot_orders')");
            asThePageSays(SLOT);
        }
        try (NanosyncProcess run = start()) {
            run.awaitErr("orders: begins");
            assertThat(printed(run, 3))
                    .containsExactlyInAnyOrder(
                            "public.orders read id=1 note=paid",
                            "public.orders read id=3 note=new",
                            "public.order_items read id=5 note=new");
        }
        assertThat(database.queryRows(PUBLICATION)).isEqualTo(made);
        assertThat(slots()).containsExactly("nanosync_slot_orders");
        statements(page.examples("sql").get(page.examples("sql").size() - 1))
                .forEach(database::execute);
        assertThat(database.queryRows(PUBLICATION)).isEmpty();
        assertThat(slots()).isEmpty();
    }

    @Test
    void preflightSaysWhatToRunWhereTheRoleMayOnlyRead() throws Exception {
        prepareForReading();
        database.execute(
                remedyOf(
                        "role \"nanosync\" can't create it: it does not own public.orders,"
                                + " public.order_items, and has no CREATE privilege on the"
                                + " database"));
        assertStreams();
        assertThat(slots()).containsExactly("nanosync_slot_orders");
    }

    @Test
    void pipelineMakesBothWithTheRightsThatThePageNames() throws Exception {
        prepareForReading();
        database.execute(
                "CREATE ROLE shop_owner",
                "ALTER TABLE public.orders OWNER TO shop_owner",
                "ALTER TABLE public.order_items OWNER TO shop_owner");
        asThePageSays(MEMBER);
        String remedy =
                remedyOf(
                        "role \"nanosync\" can't create it: it has no CREATE privilege on the"
                                + " database");
        assertThat(remedy.replace("\"", "") + ";").isEqualTo(inDatabase(MAY_CREATE));
        database.execute(remedy);
        assertStreams();
        assertThat(slots()).containsExactly("nanosync_slot_orders");
        assertThat(
                        database.queryString(
                                "SELECT pubowner::regrole FROM pg_publication WHERE pubname ="
                                        + " 'nanosync_pub_orders'"))
                .isEqualTo("nanosync");
        assertThat(page.examples("sql")).anyMatch(block -> block.contains(MAY_CREATE));
    }

    private void prepareForReading() {
        createDatabase(18);
        createTable("orders");
        createTable("order_items");
        insert("orders", 1);
        asThePageSays(ROLE);
        asThePageSays(GRANT_TABLES);
    }

    /** What the command says to run where it can't, for this reason. */
    private String remedyOf(String reason) throws Exception {
        try (NanosyncProcess run = start()) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("Publication \"nanosync_pub_orders\" does not exist, and " + reason);
            Matcher remedy = REMEDY.matcher(run.err());
            assertThat(remedy.find()).as(run.err()).isTrue();
            return remedy.group(1);
        }
    }

    private void assertStreams() throws Exception {
        try (NanosyncProcess run = start()) {
            run.awaitErr("orders  streaming");
            insert("order_items", 2);
            assertThat(printed(run, 2))
                    .containsExactly(
                            "public.orders read id=1 note=new",
                            "public.order_items insert id=2 note=new");
        }
    }

    private void createDatabase(int version) {
        server = TestPostgres.shared(version);
        database = server.createDatabase();
    }

    private void createTable(String name) {
        database.execute("CREATE TABLE public." + name + " (id bigint PRIMARY KEY, note text)");
    }

    private void insert(String table, int id) {
        database.execute("INSERT INTO public." + table + " VALUES (" + id + ", 'new')");
    }

    private List<String> slots() {
        return database
                .queryRows(
                        "SELECT slot_name FROM pg_replication_slots WHERE database ="
                                + " current_database()")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    private void asThePageSays(String sql) {
        assertThat(page.examples("sql")).anyMatch(block -> block.contains(sql));
        statements(inDatabase(sql)).forEach(database::execute);
    }

    private String inDatabase(String sql) {
        return sql.replace("DATABASE shop ", "DATABASE " + database.name() + " ");
    }

    private static List<String> statements(String block) {
        return List.of(block.strip().split(";\\s*(?:--.*)?(?:\\n|$)"));
    }

    private NanosyncProcess start() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        page.examples("yaml")
                                .get(0)
                                .replace(
                                        "localhost:5432/shop",
                                        "127.0.0.1:" + database.port() + "/" + database.name()));
        return NanosyncProcess.startIn(
                Map.of("PG_PASSWORD", "secret"), folder, "run", "-f", file.toString());
    }

    /** What it has printed when it was stopped behind so many lines. */
    private static List<String> printed(NanosyncProcess run, int lines) throws Exception {
        Await.until(
                lines + " lines are printed",
                Duration.ofSeconds(120),
                () -> run.out().lines().count() >= lines);
        run.terminate();
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    private void deleteState() throws Exception {
        int exitCode =
                new ProcessBuilder("rm", "-r", folder.resolve("state").toString())
                        .start()
                        .waitFor();
        assertThat(exitCode).isZero();
    }
}

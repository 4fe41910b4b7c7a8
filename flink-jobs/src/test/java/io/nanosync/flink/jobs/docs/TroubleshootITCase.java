package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.Commands;
import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Troubles of the page, as a user has them: what the output advises is done, and mends. */
@Tag("long")
class TroubleshootITCase {

    private static final Pattern REMEDY = Pattern.compile("(?m)^ +Run: (.+)$");
    private static final String RESTART = "; then restart PostgreSQL";

    private final Page page = Page.of("docs/troubleshoot.md");

    @TempDir private Path folder;

    /** Round by round: some troubles hide others. */
    @Test
    void validateTellsEveryTroubleOfAStartAndWhatMendsIt() throws Exception {
        try (TestPostgres server =
                TestPostgres.start(
                        16,
                        Map.of(
                                "wal_level", "replica",
                                "max_replication_slots", "1",
                                "max_wal_senders", "1",
                                "max_connections", "12",
                                "synchronous_standby_names", "*",
                                "synchronous_commit", "local"))) {
            server.execute(
                    "CREATE SCHEMA sales",
                    "CREATE TABLE sales.orders (id int PRIMARY KEY)",
                    "ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY",
                    "CREATE PUBLICATION nanosync_pub_p FOR TABLE sales.orders",
                    "SELECT pg_create_physical_replication_slot('taken')",
                    "CREATE ROLE reader LOGIN PASSWORD 'secret'");
            String dsn = server.database().dsn().replace("postgres@", "reader:secret@");
            StringBuilder said = new StringBuilder();
            write(dsn, "sales.orders", "failover_slots: \"true\", snapshot_workers: \"20\"");
            Commands validate;
            int round = 0;
            do {
                validate = new Commands();
                try (Connection walsender = round < 2 ? walsender(server.database()) : null) {
                    validate.execute("validate", "-f", file());
                }
                said.append(validate.out()).append(validate.err());
                if (mend(server, validate.out() + validate.err())) {
                    server.restart();
                }
                write(dsn, "sales.orders", "snapshot_workers: \"20\"");
            } while (!validate.out().contains("can run") && ++round < 6);
            for (Pattern message : messages("At a start")) {
                if (!message.pattern().contains("standby;")) {
                    assertThat(said.toString()).containsPattern(message);
                }
            }
            validate = new Commands();
            assertThat(validate.execute("validate", "-f", file())).as(validate.err()).isZero();
        }
    }

    /** Runs all that is advised; whether the server is to be restarted. */
    private static boolean mend(TestPostgres server, String output) {
        boolean restart = false;
        for (Matcher remedy = REMEDY.matcher(output); remedy.find(); ) {
            String sql = remedy.group(1).replaceFirst(", or .*", "");
            restart |= sql.contains(RESTART);
            Stream.of(sql.replace(RESTART, "").replace("NAMES OF THE STANDBYS", "").split("; "))
                    .forEach(server::execute);
        }
        return restart;
    }

    private static Connection walsender(TestDatabase database) {
        Properties properties = new Properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "10");
        return database.connect(properties);
    }

    @Test
    void standbyIsRefusedAndOfSeveralHostsThePrimaryIsTaken() throws Exception {
        try (ReplicatedPostgres servers = ReplicatedPostgres.start(17)) {
            servers.primary().execute("CREATE TABLE t (id int PRIMARY KEY)");
            servers.awaitStandbyHasAll();
            write(servers.standby().dsn(), "public.t", "");
            Commands validate = new Commands();
            assertThat(validate.execute("validate", "-f", file())).isEqualTo(1);
            assertThat(validate.out())
                    .contains(
                            "The server is a standby; capturing from one is not supported yet",
                            "targetServerType=primary");
            write(bothOf(servers), "public.t", "");
            assertThat(Commands.ok("validate", "-f", file())).contains("p: can run");
        }
    }

    @Test
    void slotThatAnotherHasIsWaitedFor() throws Exception {
        try (TestDatabase database = TestPostgres.shared(17).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            write(database.dsn(), "public.t", "");
            try (NanosyncProcess run = run()) {
                run.awaitErr("p  streaming");
                Guide.stop(run);
            }
            JdbcPgClient other =
                    new JdbcPgClient(database.connectionConfig(), Duration.ofSeconds(60));
            ReplicationStream holder =
                    other.startReplication(
                            null, "nanosync_slot_p", "nanosync_pub_p", new Lsn(0), true);
            String pid = database.queryRows(sqlBehind("is active for PID")).get(0).get(0);
            try (NanosyncProcess run = run()) {
                run.awaitErr(
                        "Logical replication slot \"nanosync_slot_p\" is active for PID " + pid);
                database.execute("SELECT pg_terminate_backend(" + pid + ")");
                run.awaitErr("p  streaming");
                Guide.stop(run);
            }
            holder.close();
        }
    }

    @Test
    void promotedStandbyWithoutTheSlotNeedsAFreshSnapshotAndFailoverSlots() throws Exception {
        try (ReplicatedPostgres servers = ReplicatedPostgres.start(17)) {
            servers.primary()
                    .execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            write(bothOf(servers), "public.t", "");
            try (NanosyncProcess run = run()) {
                run.awaitErr("p  streaming");
                servers.awaitStandbyHasAll();
                servers.failOver();
                assertThat(run.exitCode()).isEqualTo(1);
                assertThat(run.err())
                        .containsPattern(words("a standby was promoted (timeline …"))
                        .contains("failover_slots", "run: nanosync delete pipeline p; then start");
            }
            assertThat(Commands.ok("delete", "pipeline", "p", "-f", file(), "--yes"))
                    .contains("p: deleted. Its next start takes a fresh snapshot");

            servers.addStandby();
            write(bothOf(servers), "public.t", "failover_slots: \"true\"");
            try (NanosyncProcess run = run()) {
                run.awaitErr("p  streaming");
                servers.awaitSynced("nanosync_slot_p");
                servers.failOver();
                servers.primary().execute("INSERT INTO t VALUES (2)");
                run.awaitErr("p  streaming  1 changes");
                Guide.stop(run);
                assertThat(run.out()).contains("public.t read id=1", "public.t insert id=2");
            }
        }
    }

    /** The SQL in the row of the page whose message has these words. */
    private String sqlBehind(String words) {
        String row =
                page.text().lines().filter(line -> line.contains(words)).findFirst().orElseThrow();
        int begin = row.indexOf("`SELECT ") + 1;
        return row.substring(begin, row.indexOf('`', begin));
    }

    /** The messages of a section of the page. */
    private List<Pattern> messages(String heading) {
        String behind = page.text().split("## " + heading + "\n", -1)[1];
        return behind.split("\n## ", -1)[0]
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> words(line.substring(3, line.indexOf('`', 3))))
                .toList();
    }

    private static Pattern words(String message) {
        return Pattern.compile(
                Stream.of(message.split("…"))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".+")));
    }

    private static String bothOf(ReplicatedPostgres servers) {
        String hosts =
                servers.ports().stream()
                        .map(port -> "127.0.0.1:" + port)
                        .collect(Collectors.joining(","));
        return "postgres://postgres@" + hosts + "/postgres?targetServerType=primary";
    }

    private NanosyncProcess run() throws IOException {
        return NanosyncProcess.start(folder, "run", "-f", file());
    }

    private String file() {
        return folder.resolve("pipelines.yaml").toString();
    }

    private void write(String dsn, String table, String properties) throws IOException {
        Files.writeString(
                Path.of(file()),
                """
                state_dir: state
                connections:
                  - {name: db, type: postgres, dsn: "%s"}
                pipelines:
                  - name: p
                    source: {connection: db, tables: [%s], properties: {%s}}
                    sink: {type: print}
                    checkpoint_interval: 500ms
                """
                        .formatted(dsn, table, properties));
    }
}

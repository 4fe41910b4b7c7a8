package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.ConnectionConfig.Host;
import io.nanosync.flink.pg.config.Secret;
import io.nanosync.flink.pg.testing.FreePorts;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

final class ConnectorTest {

    private static final String PASSWORD = "n0b0dy-may-see-this";
    private static final ConnectionConfig SERVER = TestPostgres.shared(18).connectionConfig();

    private static ConnectionConfig config(
            List<Host> hosts, String database, String user, Map<String, String> properties) {
        return new ConnectionConfig(
                hosts,
                database,
                user,
                new Secret(PASSWORD),
                Duration.ofSeconds(2),
                "a job's name",
                properties);
    }

    private static ConnectionConfig as(String user) {
        return config(SERVER.hosts(), "postgres", user, Map.of());
    }

    private static PgException failure(ConnectionConfig config) {
        return catchThrowableOfType(
                PgException.class, () -> new Connector(config).open(SessionKind.CONTROL).close());
    }

    private static String everythingPrinted(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @Test
    void wrongPasswordIsToldWithoutThePassword() {
        TestPostgres.shared(18).execute("CREATE ROLE locked LOGIN PASSWORD 'another'");
        PgException failure = failure(as("locked"));
        assertThat(failure)
                .hasMessage(
                        "Cannot connect as locked on "
                                + SERVER.address()
                                + "/postgres: password authentication failed for user \"locked\""
                                + " (SQLSTATE 28P01). Check user and password of the connection");
        assertThat(failure.recovery()).isEqualTo(Recovery.FAIL);
        assertThat(everythingPrinted(failure)).doesNotContain(PASSWORD);
    }

    /** An LDAP server is away, pg_hba.conf is being written: it was let in before. */
    @Test
    void whoWasLetInBeforeIsToTryAgain() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            String role = database.name() + "_role";
            database.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + PASSWORD + "'");
            assertThat(failure(as(database.name() + "_nobody")).recovery())
                    .isEqualTo(Recovery.FAIL);
            new Connector(as(role)).open(SessionKind.CONTROL).close();
            database.execute("ALTER ROLE " + role + " NOLOGIN");
            PgException refused = failure(as(role));
            assertThat(refused.sqlState()).isEqualTo("28000");
            assertThat(refused.recovery()).isEqualTo(Recovery.RETRY);
            database.execute("DROP ROLE " + role);
        }
    }

    @Test
    void printsNoPassword() {
        JdbcPgClient client = new JdbcPgClient(as("x"), Duration.ofMinutes(1));
        assertThat(client).hasToString("PostgreSQL at " + SERVER.address() + "/postgres");
        assertThat(new Connector(as("x")).toString()).doesNotContain(PASSWORD);
        assertThat(new Connector(as("x")).url()).doesNotContain(PASSWORD);
    }

    @Test
    void aMissingPasswordNeedsAPerson() {
        TestPostgres.shared(18).execute("CREATE ROLE asked LOGIN PASSWORD 'another'");
        ConnectionConfig config =
                new ConnectionConfig(
                        SERVER.hosts(),
                        "postgres",
                        "asked",
                        null,
                        Duration.ofSeconds(2),
                        "x",
                        Map.of());
        assertThat(failure(config).recovery()).isEqualTo(Recovery.FAIL);
    }

    @Test
    void missingDatabaseAndServerAreToldApart() {
        PgException noDatabase =
                failure(config(SERVER.hosts(), "no/such db", "postgres", Map.of()));
        assertThat(noDatabase)
                .hasMessageContaining("database \"no/such db\" does not exist (SQLSTATE 3D000)");
        assertThat(noDatabase.recovery()).isEqualTo(Recovery.FAIL);

        Host nobody = new Host("127.0.0.1", FreePorts.next());
        PgException noServer = failure(config(List.of(nobody), "postgres", "postgres", Map.of()));
        assertThat(noServer).hasMessageContaining("(SQLSTATE 08001). Check host, port and network");
        assertThat(noServer.recovery()).isEqualTo(Recovery.RETRY);
        assertThat(everythingPrinted(noServer)).doesNotContain(PASSWORD);
    }

    @Test
    void doesNotWaitForEverForAServerThatAcceptsAndSaysNothing() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Host host = new Host(mute.getInetAddress().getHostAddress(), mute.getLocalPort());
            long start = System.nanoTime();
            PgException failure = failure(config(List.of(host), "postgres", "postgres", Map.of()));
            assertThat(failure.recovery()).isEqualTo(Recovery.RETRY);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer"})
    void connectsWithoutTlsWhereThatIsAllowed(String sslmode) throws Exception {
        ConnectionConfig config =
                config(SERVER.hosts(), "postgres", "postgres", Map.of("sslmode", sslmode));
        try (Session session = new Connector(config).open(SessionKind.CONTROL)) {
            assertThat(session.major()).isEqualTo(18);
        }
    }

    @Test
    void triesHostsInOrderAndPassesOptionsToTheDriver() throws Exception {
        Host nobody = new Host("127.0.0.1", FreePorts.next());
        Host server = SERVER.hosts().get(0);
        ConnectionConfig config =
                config(
                        List.of(nobody, server),
                        "postgres",
                        "postgres",
                        Map.of("targetServerType", "primary", "sslmode", "disable"));
        for (SessionKind kind : SessionKind.values()) {
            try (Session session = new Connector(config).open(kind)) {
                assertThat(session.major()).isEqualTo(18);
            }
        }
        PgException tls =
                failure(
                        config(
                                List.of(server),
                                "postgres",
                                "postgres",
                                Map.of("sslmode", "require")));
        assertThat(tls)
                .hasMessageEndingWith(
                        "(SQLSTATE 08004). Check sslmode, user and password of the connection");
        assertThat(tls.recovery()).isEqualTo(Recovery.FAIL);
    }

    @Test
    void writesAnIpv6HostAsTheDriverReadsIt() {
        ConnectionConfig config = config(List.of(new Host("::1", 1)), "a/b?c", "x", Map.of());
        assertThat(new Connector(config).url()).isEqualTo("jdbc:postgresql://[::1]:1/a%2Fb%3Fc");
    }

    @ParameterizedTest
    @FieldSource("io.nanosync.flink.pg.testing.TestPostgres#VERSIONS")
    void setsWhatEachKindOfSessionNeedsWhateverTheRoleSays(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE ROLE odd SUPERUSER LOGIN PASSWORD 'p'",
                    "ALTER ROLE odd SET DateStyle = 'German'",
                    "ALTER ROLE odd SET IntervalStyle = 'iso_8601'",
                    "ALTER ROLE odd SET TimeZone = 'Asia/Kathmandu'",
                    "ALTER ROLE odd SET extra_float_digits = -5",
                    "ALTER ROLE odd SET bytea_output = 'escape'",
                    "ALTER ROLE odd SET statement_timeout = '1s'",
                    "ALTER ROLE odd SET default_transaction_read_only = on",
                    "ALTER ROLE odd SET search_path = nowhere",
                    "ALTER ROLE odd SET tcp_user_timeout = '5s'");
            try {
                Connector connector = new Connector(database.connectionConfig("odd", "p"));
                for (SessionKind kind : SessionKind.values()) {
                    try (Session session = connector.open(kind)) {
                        for (var set :
                                SessionSettings.of(kind, session.versionNum())
                                        .values()
                                        .entrySet()) {
                            assertThat(shown(session, set.getKey()))
                                    .as(kind + " " + set.getKey())
                                    .isEqualTo(normal(set.getValue()));
                        }
                    }
                }
            } finally {
                database.execute("DROP ROLE odd");
            }
        }
    }

    /** Whoever reads rows may be held up for hours, whatever the server's own limit is. */
    @ParameterizedTest
    @EnumSource(
            value = SessionKind.class,
            names = {"REPLICATION", "SNAPSHOT"})
    void sessionThatIsNotReadForLongStays(SessionKind kind) {
        assertThat(SessionSettings.of(kind, 180_000).values())
                .containsEntry("tcp_user_timeout", "0");
    }

    private static String shown(Session session, String setting) throws PgException {
        String value = session.one("show", "SHOW " + setting, row -> row.getString(1));
        return setting.equals("DateStyle") ? value.replaceAll(",.*", "") : normal(value);
    }

    private static String normal(String value) {
        return value.isEmpty() ? "\"\"" : value;
    }

    @Test
    void boundsEachAnswerButNoneOnStreams() throws Exception {
        for (SessionKind kind : SessionKind.values()) {
            try (Session session = new Connector(SERVER).open(kind)) {
                assertThat(session.connection().getNetworkTimeout())
                        .as(kind.name())
                        .isEqualTo((int) kind.networkTimeout().toMillis());
            }
        }
        assertThat(SessionKind.REPLICATION.networkTimeout()).isZero();
        assertThat(SessionKind.SNAPSHOT.networkTimeout()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void isRecognisedByItsApplicationName(SessionKind kind) throws Exception {
        ConnectionConfig config = config(SERVER.hosts(), "postgres", "postgres", Map.of());
        try (Session session = new Connector(config).open(kind)) {
            assertThat(
                            TestPostgres.shared(18)
                                    .queryString(
                                            "SELECT application_name FROM pg_stat_activity WHERE"
                                                    + " pid = "
                                                    + session.backendPid()))
                    .isEqualTo("a job's name");
        }
    }

    @Test
    void leavesTheDriverRegisteredOnlyWhileSomebodyUsesIt() throws Exception {
        int before = DriverLease.users();
        Session first = new Connector(SERVER).open(SessionKind.CONTROL);
        Session second = new Connector(SERVER).open(SessionKind.REPLICATION);
        assertThat(DriverLease.users()).isEqualTo(before + 2);
        first.close();
        first.close();
        first.abort();
        assertThat(DriverLease.users()).isEqualTo(before + 1);
        assertThat(Driver.isRegistered()).isTrue();
        second.abort();
        second.close();
        assertThat(DriverLease.users()).isEqualTo(before);
        assertThat(Driver.isRegistered()).isEqualTo(before > 0);
    }

    @Test
    void countsNoUserForAConnectionThatFailed() {
        int before = DriverLease.users();
        failure(config(SERVER.hosts(), "nowhere", "postgres", Map.of()));
        assertThat(DriverLease.users()).isEqualTo(before);
    }
}

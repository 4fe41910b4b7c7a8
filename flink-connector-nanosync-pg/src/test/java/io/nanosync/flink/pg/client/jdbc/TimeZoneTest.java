package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.testing.ChildJvm;
import io.nanosync.flink.pg.testing.TestCertificate;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM whose time zone the server doesn't know; a JVM of its own, whose zone may be set. */
final class TimeZoneTest {

    @TempDir private Path folder;

    /** Connects as each kind of session, and prints what zone it has; and the JVM's own. */
    static final class Connects {
        public static void main(String[] args) throws Exception {
            TimeZone zone = TimeZone.getTimeZone(args[0]);
            zone.setID(args[0]);
            TimeZone.setDefault(zone);
            ConnectionConfig given =
                    Dsn.parse(
                                    "postgres://postgres@127.0.0.1:"
                                            + args[1]
                                            + "/postgres?sslmode="
                                            + args[2])
                            .orThrow();
            for (SessionKind kind : SessionKind.values()) {
                try (Session session = new Connector(given).open(kind)) {
                    String server =
                            kind == SessionKind.REPLICATION
                                    ? "any"
                                    : session.one(
                                            "read the time zone",
                                            "SELECT current_setting('TimeZone') || ' ' || (SELECT"
                                                    + " ssl FROM pg_stat_ssl WHERE pid ="
                                                    + " pg_backend_pid())",
                                            row -> row.getString(1));
                    System.out.println(kind + " " + server);
                }
            }
            System.out.println("JVM " + TimeZone.getDefault().getID());
        }
    }

    private static String connect(String zone, TestPostgres server, String sslmode)
            throws Exception {
        ChildJvm.Outcome outcome =
                ChildJvm.run(Connects.class, "64m", zone, String.valueOf(server.port()), sslmode);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JST", "America/Nowhere", "Asia/Tokyo"})
    void connectsWhateverTheTimeZoneOfTheJvm(String zone) throws Exception {
        assertThat(connect(zone, TestPostgres.shared(18), "disable"))
                .isEqualToIgnoringNewLines(
                        "CONTROL UTC falseKEEPER UTC falseSNAPSHOT UTC falseLOOKUP UTC"
                                + " falseREPLICATION anyJVM "
                                + zone);
    }

    @Test
    void connectsWithTlsWhateverTheTimeZoneOfTheJvm() throws Exception {
        TestCertificate certificate = TestCertificate.createIn(folder);
        try (TestPostgres server = TestPostgres.start(18, certificate.serverSettings())) {
            String expected =
                    "CONTROL UTC trueKEEPER UTC trueSNAPSHOT UTC trueLOOKUP UTC trueREPLICATION"
                            + " anyJVM JST";
            assertThat(connect("JST", server, "require")).isEqualToIgnoringNewLines(expected);
            assertThat(connect("JST", server, "prefer")).isEqualToIgnoringNewLines(expected);
            for (String verified : List.of("verify-ca", "verify-full")) {
                String options = verified + "&sslrootcert=" + certificate.file();
                assertThat(connect("JST", server, options)).isEqualToIgnoringNewLines(expected);
            }
        }
    }
}

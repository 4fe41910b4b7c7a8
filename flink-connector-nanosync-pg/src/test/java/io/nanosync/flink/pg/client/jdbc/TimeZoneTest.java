package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.testing.ChildJvm;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM whose time zone the server doesn't know; a JVM of its own, whose zone may be set. */
final class TimeZoneTest {

    private static final String ALIAS = "server";
    private static final String PASSWORD = "changeit";

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
                        "CONTROL UTC falseKEEPER UTC falseSNAPSHOT UTC falseREPLICATION anyJVM "
                                + zone);
    }

    @Test
    void connectsWithTlsWhateverTheTimeZoneOfTheJvm() throws Exception {
        writeCertificate();
        try (TestPostgres server =
                TestPostgres.start(
                        18,
                        Map.of(
                                "ssl", "on",
                                "ssl_cert_file", folder.resolve("server.crt").toString(),
                                "ssl_key_file", folder.resolve("server.key").toString()))) {
            String expected =
                    "CONTROL UTC trueKEEPER UTC trueSNAPSHOT UTC trueREPLICATION anyJVM JST";
            assertThat(connect("JST", server, "require")).isEqualToIgnoringNewLines(expected);
            assertThat(connect("JST", server, "prefer")).isEqualToIgnoringNewLines(expected);
        }
    }

    private void writeCertificate() throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                ALIAS,
                                "-keyalg",
                                "RSA",
                                "-dname",
                                "CN=localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        pem("server.key", "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        pem("server.crt", "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
    }

    private void pem(String file, String kind, byte[] der) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(
                path,
                "-----BEGIN "
                        + kind
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END "
                        + kind
                        + "-----\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
}

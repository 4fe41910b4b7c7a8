package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestCertificate;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a time zone that PostgreSQL doesn't know, which Java takes from {@code TZ}. */
class TimeZoneITCase {

    private static final String ROW =
            "'2026-03-29 02:30:00+09', '2026-03-29 02:30:00', '2026-03-29', '02:30+09'";

    @TempDir private Path folder;

    @Test
    void capturesWhateverTheTimeZoneOfTheJvmThroughVerifiedTls() throws Exception {
        TestCertificate certificate = TestCertificate.createIn(folder);
        try (TestPostgres server = TestPostgres.start(17, certificate.serverSettings())) {
            server.execute(
                    "CREATE TABLE times (id int PRIMARY KEY, at timestamptz, local timestamp, day"
                            + " date, clock timetz)");
            try (Witness witness = Witness.start(server::connect, "witness_zone")) {
                server.execute("INSERT INTO times VALUES (1, " + ROW + ")");
                Path file = file(server, certificate);
                try (NanosyncProcess run =
                        NanosyncProcess.startWith(
                                "-Duser.timezone=JST", folder, "run", "-f", file.toString())) {
                    run.awaitErr("p  streaming");
                    server.execute("INSERT INTO times VALUES (2, " + ROW + ")");
                    run.awaitErr("p  streaming  1 changes");
                    assertThat(
                                    server.queryList(
                                            "SELECT DISTINCT ssl::text FROM pg_stat_ssl JOIN"
                                                    + " pg_stat_activity USING (pid) WHERE"
                                                    + " application_name = 'nanosync'"))
                            .containsExactly("true");
                    run.terminate();
                    assertThat(run.exitCode()).as(run.err()).isZero();
                }
                new ExactlyOnce(witness)
                        .check(folder.resolve("out"), List.of(new QualifiedName("public", "times")))
                        .assertExact();
            }
        }
    }

    private Path file(TestPostgres server, TestCertificate certificate) throws Exception {
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s?sslmode=verify-full&sslrootcert=%s"
                pipelines:
                  - name: p
                    source:
                      connection: db
                      tables: [public.times]
                    sink: {type: arrow, path: out}
                    checkpoint_interval: 500ms
                """
                        .formatted(server.database().dsn(), certificate.file()));
    }
}

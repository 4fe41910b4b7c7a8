package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.testing.JobJars;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import io.nanosync.flink.pg.testing.TestCertificate;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands and a cluster whose REST interface is behind TLS. */
@Tag("long")
@Tag("packaged")
class TlsTargetITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String JAVA = "javax.net.ssl.";
    private static final List<String> STORES = List.of("trustStore", "keyStore");

    @TempDir private Path folder;

    private final TestDatabase database = TestPostgres.shared(17).createDatabase();

    @BeforeEach
    void prepare() {
        System.setProperty("nanosync.job.jar", JobJars.packed().toString());
        database.execute("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)");
    }

    @AfterEach
    void forget() {
        System.clearProperty("nanosync.job.jar");
        STORES.forEach(TlsTargetITCase::unset);
        database.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pipelineIsSubmittedSeenAndStopped(boolean mutual) throws Exception {
        TestCertificate certificate = certificate("cluster");
        try (FlinkCluster cluster =
                FlinkCluster.builder()
                        .tls(certificate)
                        .option("security.ssl.rest.authentication-enabled", "" + mutual)
                        .start()) {
            String target = cluster.rest().root();
            String file = pipelines();
            refusesOthers(certificate, target, file, mutual);

            set("trustStore", certificate);
            if (mutual) {
                set("keyStore", certificate);
            }
            assertThat(Commands.ok("submit", "-f", file, "--target", target))
                    .contains("main: begins, job ", target + "/#/job/running/");
            Await.until(
                    "it streams",
                    PATIENCE,
                    () -> Commands.ok("list", "-f", file).startsWith("main  streaming  job "));
            assertThat(Commands.ok("status", "pipeline", "main", "-f", file))
                    .contains(" on " + target + "\n", "slot nanosync_slot_main: active");
            seesByFlinksConfiguration(cluster, file);
            assertThat(Commands.ok("stop", "pipeline", "main", "-f", file))
                    .startsWith("main: stopped with savepoint ");
        }
    }

    private void refusesOthers(
            TestCertificate certificate, String target, String file, boolean mutual)
            throws Exception {
        assertThat(Commands.failed("submit", "-f", file, "-t", target.replace("https", "http")))
                .contains(" is behind TLS: name it by https://");
        TestCertificate another = certificate("another");
        set("trustStore", another);
        assertThat(Commands.failed("submit", "-f", file, "-t", target))
                .contains("No Flink cluster answers at " + target + ": ")
                .contains("Its certificate isn't trusted: name a trust store that has its");
        assertThat(Commands.failed("stop", "pipeline", "main", "-f", file, "-t", target))
                .contains("Its certificate isn't trusted");
        if (mutual) {
            set("trustStore", certificate);
            assertThat(Commands.failed("submit", "-f", file, "-t", target))
                    .contains("It may want a client certificate: security.ssl.rest.keystore");
            set("keyStore", another);
            assertThat(Commands.failed("submit", "-f", file, "-t", target))
                    .contains("It may want a client certificate: security.ssl.rest.keystore");
        }
    }

    /** As Flink's own commands do: the cluster's configuration names the stores. */
    private void seesByFlinksConfiguration(FlinkCluster cluster, String file) throws Exception {
        Map<String, String> environment =
                Map.of("FLINK_CONF_DIR", cluster.folder().resolve("conf").toString());
        try (NanosyncProcess list =
                NanosyncProcess.startIn(environment, folder, "list", "-f", file)) {
            assertThat(list.exitCode()).as(list.err()).isZero();
            assertThat(list.out()).startsWith("main  streaming  job ");
        }
    }

    private TestCertificate certificate(String name) throws IOException {
        return TestCertificate.createIn(Files.createDirectories(folder.resolve(name)));
    }

    private static void set(String store, TestCertificate certificate) {
        System.setProperty(JAVA + store, certificate.store().toString());
        System.setProperty(JAVA + store + "Password", TestCertificate.PASSWORD);
    }

    private static void unset(String store) {
        System.clearProperty(JAVA + store);
        System.clearProperty(JAVA + store + "Password");
    }

    private String pipelines() throws IOException {
        return Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        state_dir: state
                        connections:
                          - {name: db, type: postgres, dsn: "%s"}
                        pipelines:
                          - name: main
                            source: {connection: db, tables: [public.a]}
                            sink: {type: blackhole}
                            checkpoint_interval: 500ms
                        """
                                .formatted(database.dsn()))
                .toString();
    }
}

package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PreflightServerTest} has the connections that can't be; here are those that break. */
final class ConnectionCheckTest {

    private static final String KILL_IDLE =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                    + " current_database() AND state LIKE 'idle in transaction%'";

    /**
     * As above: somebody ends what is idle in a transaction, or the server runs out of patience.
     */
    @Test
    void snapshotThatIsGoneBeforeItIsImportedIsNoFinding() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                ControlSession control = Clients.superuser(database).openControl()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            PreflightRequest request =
                    new PreflightRequest(
                            List.of(new QualifiedName("public", "t")), null, false, null, 6, false);
            AtomicBoolean killing = new AtomicBoolean(true);
            CompletableFuture<Void> killer =
                    CompletableFuture.runAsync(
                            () -> {
                                while (killing.get()) {
                                    database.execute(KILL_IDLE);
                                }
                            });
            try {
                Await.until(
                        "one is killed between",
                        () -> {
                            try {
                                assertThat(control.preflight(request)).isEmpty();
                                return false;
                            } catch (PgException e) {
                                assertThat(e.recovery()).isEqualTo(PgException.Recovery.RETRY);
                                return e.getMessage().contains("import snapshot");
                            }
                        });
            } finally {
                killing.set(false);
                killer.join();
            }
        }
    }

    /** A finding would be final: the server restarts, and nobody has to do anything. */
    @ParameterizedTest
    @ValueSource(strings = {"IDENTIFY_SYSTEM", "SET TRANSACTION SNAPSHOT"})
    void connectionThatBreaksIsNoFinding(String command) throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase();
                TcpProxy proxy = TcpProxy.to(database.port())) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            proxy.cutEachAfter(command, 0);
            try (ControlSession control =
                    new JdbcPgClient(
                                    database.connectionConfig(proxy.port()), Duration.ofSeconds(60))
                            .openControl()) {
                PreflightRequest request =
                        new PreflightRequest(
                                List.of(new QualifiedName("public", "t")),
                                "some_slot",
                                true,
                                "some_publication",
                                6,
                                false);
                assertThatThrownBy(() -> control.preflight(request))
                        .isInstanceOfSatisfying(
                                PgException.class,
                                e ->
                                        assertThat(e.recovery())
                                                .isEqualTo(PgException.Recovery.RETRY));
            }
        }
    }
}

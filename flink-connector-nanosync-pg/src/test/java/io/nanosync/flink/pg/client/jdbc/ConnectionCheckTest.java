package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PreflightServerTest} has the connections that can't be; here are those that break. */
final class ConnectionCheckTest {

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

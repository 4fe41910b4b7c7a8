package io.nanosync.flink.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTest {

    @TempDir Path folder;

    @Test
    void runsPostgres18WithLogicalReplicationAndTheGivenSettings()
            throws IOException, SQLException {
        try (EmbeddedServer server =
                EmbeddedServer.start(folder.resolve("server"), Map.of("max_wal_size", "3GB"))) {
            assertThat(query(server, "SHOW server_version")).startsWith("18.");
            assertThat(query(server, "SHOW wal_level")).isEqualTo("logical");
            assertThat(query(server, "SHOW max_wal_size")).isEqualTo("3GB");
            assertThat(query(server, "SHOW server_encoding")).isEqualTo("UTF8");
        }
    }

    @Test
    void leavesNoProcessAndNoFileWhileClientsAreConnected() throws IOException, SQLException {
        Path place = folder.resolve("server");
        EmbeddedServer server = EmbeddedServer.start(place, Map.of());
        try (Connection connection = server.connect()) {
            long pid = Long.parseLong(query(server, "SELECT pg_backend_pid()"));
            ProcessHandle postmaster =
                    ProcessHandle.of(
                                    Long.parseLong(
                                            Files.readAllLines(place.resolve("data/postmaster.pid"))
                                                    .get(0)))
                            .orElseThrow();
            assertThat(pid).isPositive();

            server.close();

            assertThat(postmaster.isAlive()).isFalse();
            assertThat(place).doesNotExist();
            assertThat(connection.isValid(5)).isFalse();
        }
    }

    @Test
    void saysWhyItDoesNotStart() {
        Path place = folder.resolve("server");

        Duration wait = Duration.ofSeconds(2);

        assertThatThrownBy(
                        () -> EmbeddedServer.start(place, Map.of("shared_buffers", "lots"), wait))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot start the embedded PostgreSQL server")
                .hasMessageContaining("shared_buffers");
        assertThat(place).doesNotExist();
    }

    private static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}

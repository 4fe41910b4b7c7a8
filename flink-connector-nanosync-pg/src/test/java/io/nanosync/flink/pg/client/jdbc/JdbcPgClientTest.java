package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgClient.ExportedSlot;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The whole way, from an empty server to a stream, on every version. */
final class JdbcPgClientTest {

    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");

    @ParameterizedTest
    @FieldSource("io.nanosync.flink.pg.testing.TestPostgres#VERSIONS")
    void aPlainRoleReadsSnapshotAndStreamWithoutGapAndOverlap(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, note text)",
                    "INSERT INTO orders SELECT n, 'early' FROM generate_series(1, 3) n");
            PlainRole.in(database, "orders");
            try (ControlSession owner = Clients.superuser(database).openControl()) {
                owner.createPublication("pub", List.of(ORDERS), "");
            }
            PgClient client = Clients.plain(database);

            String name = "s_" + major + "_way";
            ExportedSlot slot = client.createSlot(name, false, Duration.ofSeconds(30), w -> {});
            database.execute("INSERT INTO orders VALUES (4, 'late')");
            try (Keeper keeper = client.importSnapshot(slot.snapshotId())) {
                slot.close();
                assertThat(keeper.isAlive()).isTrue();
                List<TableFile> files = keeper.files(oid(client));
                assertThat(files).hasSize(1);
                assertThat(files.get(0).blocks()).isEqualTo(1);
                assertThat(copiedRows(client, keeper, files.get(0))).isEqualTo(3);
            }
            assertThat(streamed(client, name, slot)).containsExactly('B', 'R', 'I', 'C');
            try (ControlSession control = client.openControl()) {
                control.dropSlot(name);
                assertThat(control.slot(name)).isNull();
            }
        }
    }

    private static int oid(PgClient client) throws Exception {
        try (ControlSession control = client.openControl()) {
            return requireNonNull(control.describe(ORDERS)).schema().oid();
        }
    }

    private static int copiedRows(PgClient client, Keeper keeper, TableFile file) throws Exception {
        try (SnapshotSession session = client.openSnapshot()) {
            session.begin(keeper.identity());
            session.lock(file);
            session.startCopy("SELECT id, note FROM ONLY " + file.name().sql(), null);
            int messages = 0;
            while (session.nextCopyData() != null) {
                messages++;
            }
            session.commit();
            return messages - 1; // the trailer
        }
    }

    private static List<Character> streamed(PgClient client, String name, ExportedSlot slot)
            throws Exception {
        List<Character> kinds = new ArrayList<>();
        try (ReplicationStream stream =
                client.startReplication(null, name, "pub", slot.consistentPoint(), true)) {
            while (!kinds.contains('C')) {
                ByteBuffer message = Await.value("a message", stream::poll);
                kinds.add((char) message.get(message.position()));
            }
            stream.confirm(ReplicationStreamTest.confirmable(stream.messageLsn()));
        }
        Await.until(
                "the slot is free",
                () -> {
                    try (ControlSession control = client.openControl()) {
                        var state = control.slot(name);
                        return state != null && state.activePid() == null;
                    }
                });
        return kinds;
    }
}

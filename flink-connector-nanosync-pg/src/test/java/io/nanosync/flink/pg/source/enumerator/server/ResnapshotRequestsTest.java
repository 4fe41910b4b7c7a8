package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.server.ResnapshotRequests.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResnapshotRequestsTest {

    private static final QualifiedName ORDERS = new QualifiedName("Odd \"schema\"", "täble");

    @TempDir private Path folder;

    private SourceConfig config(StartupMode startup) {
        return Configs.withStateDir(
                Configs.ofNoServer("asked", startup, "public.t"), folder.toUri().toString());
    }

    private ResnapshotRequests requests() {
        return new ResnapshotRequests(config(new StartupMode.Initial()));
    }

    @Test
    void requestIsThereUntilItIsRemoved() throws Exception {
        ResnapshotRequests requests = requests();
        assertThat(requests.unknown(List.of())).isEmpty();
        requests.add(List.of(ORDERS, new QualifiedName("public", "t")));
        requests.add(List.of(ORDERS));
        List<Request> asked = requests.unknown(List.of());
        assertThat(asked).hasSize(2);
        assertThat(ResnapshotRequests.tables(asked))
                .containsExactlyInAnyOrder(ORDERS, new QualifiedName("public", "t"));
        String first = asked.get(0).id();
        assertThat(requests.unknown(List.of(first))).containsExactly(asked.get(1));
        assertThat(requests.remove(List.of(first, "never there"))).isEmpty();
        assertThat(requests.unknown(List.of())).containsExactly(asked.get(1));
    }

    /** Else it would be answered without end. */
    @Test
    void requestThatCannotBeRemovedIsNamed() throws Exception {
        Files.createDirectories(folder.resolve("resnapshot/stays.properties/full"));
        assertThat(requests().remove(List.of("stays", "gone"))).containsExactly("stays");
    }

    /** Its rows aren't read: then what was captured stays as it is. */
    @Test
    void pipelineThatTakesNoSnapshotHasNone() throws Exception {
        requests().add(List.of(ORDERS));
        assertThat(new ResnapshotRequests(config(new StartupMode.Latest())).unknown(List.of()))
                .isEmpty();
        assertThat(requests().unknown(List.of())).hasSize(1);
    }

    @Test
    void fileThatNamesNoTableIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("resnapshot"));
        Files.writeString(folder.resolve("resnapshot/x.properties"), "table=orders");
        assertThatThrownBy(() -> requests().unknown(List.of()))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("names no table to read again. Delete it");
    }
}

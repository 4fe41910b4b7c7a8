package io.nanosync.flink.pg.source.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tools make a partition in two statements, and the second may wait for a lock. */
final class ContractWatchTest {

    private static final QualifiedName ROOT = new QualifiedName("public", "m");

    private TestDatabase database;
    private ControlSession control;
    private ContractWatch watch;
    private long nanos;

    @BeforeEach
    void capture() throws PgException {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE m (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                "ALTER TABLE m REPLICA IDENTITY FULL",
                "ALTER TABLE m1 REPLICA IDENTITY FULL");
        capture("FOR TABLE m WITH (publish_via_partition_root = true)");
    }

    private void capture(String publication) throws PgException {
        database.execute("CREATE PUBLICATION nanosync_pub_watch " + publication);
        SourceConfig config = Configs.initial(database, "watch", "public.m");
        control = new JdbcPgClient(config.connection(), Duration.ofSeconds(60)).openControl();
        List<TableSchema> tables =
                control.describe(List.of(ROOT), config.publication()).stream()
                        .map(TableDescription::schema)
                        .toList();
        watch = new ContractWatch(config, tables, null, () -> nanos);
        watch.check(control);
    }

    @AfterEach
    void close() {
        control.close();
        database.close();
    }

    private int partitions() {
        return Objects.requireNonNull(watch.contract()).tables().get(0).partitions().size();
    }

    @Test
    void partitionThatGetsItsIdentityWithinHalfAMinuteIsTakenOver() throws PgException {
        for (int i = 2; i <= 3; i++) {
            database.execute(
                    "CREATE TABLE m%d PARTITION OF m FOR VALUES FROM (%d0) TO (%d9)"
                            .formatted(i, i, i));
            watch.look(control);
            pass(Duration.ofSeconds(29));
            watch.look(control);
            assertThat(partitions()).isEqualTo(i - 1);
            database.execute("ALTER TABLE m%d REPLICA IDENTITY FULL".formatted(i));
            watch.look(control);
            assertThat(partitions()).isEqualTo(i);
        }
    }

    @Test
    void partitionThatStaysWithoutItEndsThePipeline() throws PgException {
        database.execute("CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (20) TO (30)");
        watch.look(control);
        pass(Duration.ofSeconds(30));
        assertThatThrownBy(() -> watch.look(control))
                .isInstanceOf(PgException.class)
                .hasMessageContaining(
                        "partition public.m2 of public.m has replica identity DEFAULT")
                .hasMessageContaining("Run: ALTER TABLE \"public\".\"m2\" REPLICA IDENTITY FULL");
    }

    @Test
    void whateverElseIsWrongEndsThePipelineAtOnce() {
        database.execute(
                "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (20) TO (30)",
                "ALTER TABLE m1 SET UNLOGGED");
        assertThatThrownBy(() -> watch.look(control))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("public.m1 of public.m is unlogged")
                .hasMessageContaining("partition public.m2 of public.m has replica identity");
    }

    /** Then the stream may not be told of each column by which it would see what is missing. */
    @Test
    void underAColumnListItEndsThePipelineAtOnce() throws PgException {
        control.close();
        database.execute("DROP PUBLICATION nanosync_pub_watch");
        database.execute(
                "ALTER TABLE m REPLICA IDENTITY DEFAULT",
                "ALTER TABLE m1 REPLICA IDENTITY DEFAULT",
                "CREATE TABLE other (note text, id int NOT NULL)",
                "CREATE UNIQUE INDEX by_id ON other (id)",
                "ALTER TABLE other REPLICA IDENTITY NOTHING");
        capture("FOR TABLE m (id) WITH (publish_via_partition_root = true)");
        database.execute("ALTER TABLE m ATTACH PARTITION other FOR VALUES FROM (20) TO (30)");
        assertThatThrownBy(() -> watch.look(control))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("partition public.other of public.m has replica identity");
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}

package io.nanosync.flink.pg.source.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamGranted;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** The event on its way to a reader, as Flink sends it. */
final class PackedGrantTest {

    @Test
    void arrivesAsItWasSent() throws Exception {
        StreamGranted sent =
                new StreamGranted(
                        List.of(
                                new StreamExtension(1, List.of(-7), List.of(), null, List.of()),
                                new StreamExtension(
                                        2,
                                        List.of(),
                                        List.of(SampleValues.elaborateTable()),
                                        SampleValues.contract(),
                                        List.of(
                                                new SnapshotBoundary(
                                                        List.of(1),
                                                        5,
                                                        7,
                                                        List.of(6L),
                                                        new Lsn(9))))));
        assertThat(InstantiationUtil.clone(sent)).isEqualTo(sent);
    }
}

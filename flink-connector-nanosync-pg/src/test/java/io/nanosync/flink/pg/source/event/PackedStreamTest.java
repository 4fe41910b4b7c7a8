package io.nanosync.flink.pg.source.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamHeld;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** The event on its way to the enumerator, as Flink sends it. */
final class PackedStreamTest {

    @Test
    void arrivesAsItWasSent() throws Exception {
        StreamHeld sent =
                new StreamHeld(
                        new StreamSplit(
                                Timeline.numbered(-1, 3),
                                StreamPosition.at(new Lsn(-2)),
                                List.of(SampleValues.elaborateTable()),
                                SampleValues.contract(),
                                List.of(),
                                4));
        assertThat(InstantiationUtil.clone(sent)).isEqualTo(sent);
    }
}

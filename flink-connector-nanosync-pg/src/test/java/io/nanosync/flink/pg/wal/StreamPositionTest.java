package io.nanosync.flink.pg.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import org.junit.jupiter.api.Test;

class StreamPositionTest {

    @Test
    void isBetweenTransactionsUnlessOneWasBegun() {
        assertThat(StreamPosition.at(new Lsn(5)).partial()).isNull();
        assertThat(StreamPosition.at(new Lsn(5))).isEqualTo(new StreamPosition(new Lsn(5), null));
        PartialTransaction partial =
                new PartialTransaction(
                        new Lsn(9), -1, 3, new Lsn(7), 16384, 'U', 1, Numbering.AT_LSN);
        assertThat(new StreamPosition(new Lsn(5), partial))
                .isNotEqualTo(StreamPosition.at(new Lsn(5)));
    }
}

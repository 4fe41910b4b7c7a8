package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.Lsn;
import org.junit.jupiter.api.Test;

final class PendingSinceTest {

    private final PendingSince pending = new PendingSince();

    private void add(long end, long micros) {
        pending.add(new Lsn(end), micros, Lsn.NONE);
    }

    private Long oldest(long reached) {
        return pending.oldestMicros(new Lsn(reached));
    }

    @Test
    void nothingIsPendingOnceItIsReached() {
        assertThat(oldest(0)).isNull();
        add(10, 1);
        add(20, 2);
        assertThat(oldest(9)).isEqualTo(1);
        assertThat(oldest(10)).isEqualTo(2);
        assertThat(oldest(20)).isNull();
    }

    /** Commits have the clock's order only about. */
    @Test
    void oldestIsTheLeastTimeAndNotTheFirst() {
        add(10, 5);
        add(20, 3);
        assertThat(oldest(0)).isEqualTo(3);
        assertThat(oldest(20)).isNull();
    }

    /** The last place that is so old, or older, is the oldest until it is reached. */
    @Test
    void ofTimesThatGoBackTheLeastIsKept() {
        add(10, 1);
        add(20, 5);
        add(30, 9);
        add(40, 3);
        add(50, 7);
        assertThat(pending.size()).isEqualTo(3);
        assertThat(oldest(9)).isEqualTo(1);
        assertThat(oldest(10)).isEqualTo(3);
        assertThat(oldest(39)).isEqualTo(3);
        assertThat(oldest(40)).isEqualTo(7);
    }

    @Test
    void clearedIsForgotten() {
        add(10, 1);
        pending.clear();
        assertThat(oldest(0)).isNull();
    }

    @Test
    void pagesOfOneTransactionAreOnePlace() {
        for (int i = 1; i <= 100; i++) {
            add(i, 7);
        }
        assertThat(pending.size()).isEqualTo(1);
        assertThat(oldest(99)).isEqualTo(7);
        assertThat(oldest(100)).isNull();
    }

    @Test
    void whatIsReachedIsForgottenThoughNobodyAsks() {
        for (int i = 1; i <= 1000; i++) {
            pending.add(new Lsn(i), 1_000_000L * i, new Lsn(i - 3));
        }
        assertThat(pending.size()).isEqualTo(3);
    }

    /** A day of pages, one every ten milliseconds, that no checkpoint holds. */
    @Test
    void agesOfManyAreToldAboutRight() {
        long pages = 8_640_000;
        for (long i = 1; i <= pages; i++) {
            add(i, i * 10_000);
        }
        assertThat(pending.size()).isLessThan(20_000);
        for (long reached = 0; reached < pages; reached += 12_345) {
            long oldest = (reached + 1) * 10_000;
            long coarse = Math.min(10_000_000, oldest / 500);
            assertThat(oldest(reached)).isBetween(oldest - coarse, oldest);
        }
        assertThat(oldest(pages)).isNull();
    }
}

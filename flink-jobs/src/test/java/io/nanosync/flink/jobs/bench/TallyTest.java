package io.nanosync.flink.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void leavesOutTheRowsThatStartTheClock() {
        Tally tally = new Tally();
        tally.count(10);
        tally.count(0);
        tally.count(5);
        tally.count(7);

        assertThat(tally.rows()).isEqualTo(22);
        assertThat(tally.rate().rows()).isEqualTo(12);
        assertThat(tally.rate().nanos()).isPositive();
    }

    @Test
    void waitsForRowsThatAnotherThreadCounts() throws InterruptedException {
        Tally tally = new Tally();
        Thread counter = new Thread(() -> tally.count(3));
        counter.start();

        assertThat(tally.await(3, 30_000)).isTrue();
        assertThat(tally.await(4, 1)).isFalse();
        counter.join();
    }

    @Test
    void isFoundByNameUntilItIsForgotten() {
        Tally tally = Tally.named("one");

        assertThat(Tally.named("one")).isSameAs(tally);
        Tally.forget("one");
        assertThat(Tally.named("one")).isNotSameAs(tally);
        Tally.forget("one");
    }

    @Test
    void comparesMedians() {
        Comparison comparison =
                new Comparison(
                        List.of(rate(50), rate(900), rate(60)),
                        List.of(rate(100), rate(1), rate(80)));

        assertThat(comparison.connectorPerSecond()).isEqualTo(60);
        assertThat(comparison.limitPerSecond()).isEqualTo(80);
        assertThat(comparison.ratio()).isEqualTo(0.75);
    }

    @Test
    void medianOfAnEvenNumberIsTheMiddle() {
        Comparison comparison =
                new Comparison(List.of(rate(50), rate(70)), List.of(rate(100), rate(140)));

        assertThat(comparison.connectorPerSecond()).isEqualTo(60);
        assertThat(comparison.limitPerSecond()).isEqualTo(120);
    }

    private static Rate rate(long perSecond) {
        return new Rate(perSecond, 1_000_000_000);
    }
}

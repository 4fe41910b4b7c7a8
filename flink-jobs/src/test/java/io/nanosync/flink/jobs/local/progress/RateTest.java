package io.nanosync.flink.jobs.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {

    private final Rate rate = new Rate();

    @Test
    void isTheGrowthPerSecondOfTheLastSeconds() {
        assertThat(rate.update(100, 1000)).isZero();
        assertThat(rate.update(101, 1500)).isEqualTo(500);
        assertThat(rate.update(102, 3000)).isEqualTo(1000);
        for (int second = 103; second < 120; second++) {
            rate.update(second, 3000);
        }
        assertThat(rate.update(120, 3000)).isZero();
    }

    @Test
    void beginsAnewWhenTheCountGoesBack() {
        rate.update(0, 5000);
        assertThat(rate.update(1, 100)).isZero();
        assertThat(rate.update(2, 300)).isEqualTo(200);
    }

    @Test
    void worksWithPausesLongerThanItsWindow() {
        rate.update(0, 0);
        assertThat(rate.update(60, 600)).isEqualTo(10);
        assertThat(rate.update(120, 600)).isZero();
    }
}

package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.NoWatermarksGenerator;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarksWithIdleness;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;

/** Behind Flink's own generator, which looks every 200 ms and waits for a second. */
class SilenceClockTest {

    private static final Duration LOOK = Duration.ofMillis(200);

    private final ManualClock clock = new ManualClock(Duration.ofHours(1).toNanos());
    private final SilenceClock silence = new SilenceClock(clock);
    private final WatermarksWithIdleness<String> generator =
            new WatermarksWithIdleness<>(
                    new NoWatermarksGenerator<>(), Duration.ofSeconds(1), silence);
    private final Idle output = new Idle();

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            clock.advanceTime(LOOK);
            silence.look();
            generator.onPeriodicEmit(output);
        }
    }

    private void row() {
        silence.end();
        generator.onEvent("", 0, output);
    }

    @Test
    void scanIsSilentBehindItsTimeout() {
        row();
        look(6);
        assertThat(output.idle).isZero();
        look(2);
        assertThat(output.idle).isEqualTo(1);
    }

    @Test
    void scanWithoutAnyRowIsSilentBehindItsTimeout() {
        look(6);
        assertThat(output.idle).isZero();
        look(1);
        assertThat(output.idle).isEqualTo(1);
    }

    @Test
    void rowThatIsNoEventKeepsItFromBeingSilent() {
        row();
        for (int i = 0; i < 10; i++) {
            look(5);
            silence.end();
        }
        assertThat(output.idle).isZero();
        look(8);
        assertThat(output.idle).isEqualTo(1);
    }

    @Test
    void rowThatIsNoEventDoesNotWakeIt() {
        row();
        look(8);
        silence.end();
        look(20);
        assertThat(output.idle).isEqualTo(1);
        row();
        look(6);
        assertThat(output.idle).isEqualTo(1);
        look(2);
        assertThat(output.idle).isEqualTo(2);
    }

    /** How often it was found silent. */
    private static final class Idle implements WatermarkOutput {

        private int idle;

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {
            idle++;
        }

        @Override
        public void markActive() {}
    }
}

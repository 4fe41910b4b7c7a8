package io.nanosync.flink.jobs.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.pg.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

    private static final String UP_ONE_AND_CLEAR = "\u001b[1A\u001b[J";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void overwritesItsLinesOnATerminalAndKeepsMessages() {
        try (ProgressDisplay display = display(true)) {
            display.start();
            Await.until("two refreshes", () -> text().contains("starting\n" + UP_ONE_AND_CLEAR));
            display.say("a message");
            display.ended("orders");
        }
        assertThat(text()).contains(UP_ONE_AND_CLEAR + "a message\n");
    }

    @Test
    void movesNoCursorElsewhere() {
        try (ProgressDisplay display = display(false)) {
            display.say("a message");
            display.say("another");
        }
        assertThat(text()).isEqualTo("a message\nanother\n");
    }

    private ProgressDisplay display(boolean inPlace) {
        return new ProgressDisplay(
                List.of("orders"),
                LiveMetrics.ofThisProcess(),
                new Terminal(new PrintWriter(bytes, true, StandardCharsets.UTF_8), 100, inPlace));
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}

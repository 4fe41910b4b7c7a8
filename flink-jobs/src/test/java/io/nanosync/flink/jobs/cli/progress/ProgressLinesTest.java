package io.nanosync.flink.jobs.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.progress.PipelineProgress.Table;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {

    private final ProgressLines lines = new ProgressLines(100, 3);

    @Test
    void showsRowsPercentRateAndTimeLeftOfEachTable() {
        assertThat(
                        lines.of(
                                snapshot(
                                        new Table("public.items", 500, 1000, 100),
                                        new Table("public.orders", 1_234_567, 2_500_000, 412_300))))
                .containsExactly(
                        "orders  snapshot      1,235,067 rows   49%      412,400 rows/s  3s left",
                        "  public.items                                    500 rows   50%"
                                + "          100 rows/s  5s left",
                        "  public.orders                             1,234,567 rows   49%"
                                + "      412,300 rows/s  3s left");
    }

    @Test
    void showsOneTableInTheHeading() {
        assertThat(lines.of(snapshot(new Table("public.orders", 90, 7290, 1))))
                .containsExactly(
                        "orders  snapshot             90 rows    1%            1 rows/s  2h00m"
                                + " left");
    }

    @Test
    void leavesOutWhatIsUnknown() {
        assertThat(lines.of(snapshot(new Table("public.orders", 10, -1, 0))))
                .containsExactly("orders  snapshot             10 rows");
        assertThat(lines.of(snapshot())).containsExactly("orders  snapshot              0 rows");
    }

    @Test
    void neverShowsMoreThanAllOfAnEstimate() {
        assertThat(lines.of(snapshot(new Table("public.orders", 1100, 1000, 0))))
                .containsExactly("orders  snapshot          1,100 rows  100%");
    }

    @Test
    void showsTheTablesThatMoveAndCountsTheRest() {
        Table[] tables =
                IntStream.range(0, 9)
                        .mapToObj(i -> new Table("s.t" + i, i, 100, i == 4 ? 50 : i))
                        .toArray(Table[]::new);
        List<String> shown = lines.of(snapshot(tables));
        assertThat(shown).hasSize(5);
        assertThat(shown.subList(1, 5).stream().map(line -> line.strip().split(" ")[0]))
                .containsExactly("s.t4", "s.t7", "s.t8", "and");
        assertThat(shown.get(4)).isEqualTo("  and 6 more tables");
    }

    @Test
    void showsChangesAndLagWhileStreaming() {
        assertThat(lines.of(streaming(12_345, 1230.4, 0.25)))
                .containsExactly("orders  streaming  12,345 changes  1,230 changes/s  lag 0.3s");
        assertThat(lines.of(streaming(0, 0, 125.0)))
                .containsExactly("orders  streaming  0 changes  0 changes/s  lag 2m05s");
        assertThat(lines.of(streaming(0, 0, null)))
                .containsExactly("orders  streaming  0 changes  0 changes/s");
    }

    @Test
    void showsInFullWhatTheStreamWaitsFor() {
        String status =
                "Slot \"nanosync_slot_orders\" is active for PID 1234567 (application \"other"
                        + " tool\", 10.0.0.5:41234); waiting until 2026-11-25T18:50:00Z";
        assertThat(lines.of(notStreaming(StreamState.WAITING_FOR_SLOT, status)))
                .containsExactly(
                        "orders  waiting for the slot",
                        "  Slot \"nanosync_slot_orders\" is active for PID 1234567 (application"
                                + " \"other tool\", 10.0.0.5:41234);",
                        "  waiting until 2026-11-25T18:50:00Z");
        assertThat(lines.of(notStreaming(StreamState.RECONNECTING, "Connection refused")))
                .containsExactly("orders  reconnecting", "  Connection refused");
    }

    @Test
    void claimsNoStreamWhereNoneIsRead() {
        assertThat(lines.of(notStreaming(StreamState.CONNECTING, "connecting")))
                .containsExactly("orders  connecting");
        assertThat(lines.of(notStreaming(StreamState.NONE, "")))
                .containsExactly("orders  not streaming yet");
    }

    @Test
    void fitsTheTerminal() {
        Table wide = new Table("s." + "x".repeat(63), 999_999_999_999L, 9_999_999_999_999L, 1e9);
        for (String line : new ProgressLines(60, 3).of(snapshot(wide, wide))) {
            assertThat(line.length()).isLessThanOrEqualTo(60);
        }
        for (String line : lines.of(snapshot(wide, wide))) {
            assertThat(line.length()).isLessThanOrEqualTo(100);
        }
    }

    private static PipelineProgress snapshot(Table... tables) {
        return new PipelineProgress(
                "orders", Phase.SNAPSHOT, List.of(tables), 0, 0, null, StreamState.NONE, "");
    }

    private static PipelineProgress streaming(
            long changes, double perSecond, @Nullable Double lagSeconds) {
        return new PipelineProgress(
                "orders",
                Phase.STREAMING,
                List.of(),
                changes,
                perSecond,
                lagSeconds,
                StreamState.STREAMING,
                "");
    }

    private static PipelineProgress notStreaming(StreamState state, String status) {
        return new PipelineProgress("orders", Phase.STREAMING, List.of(), 7, 0, 0.0, state, status);
    }
}

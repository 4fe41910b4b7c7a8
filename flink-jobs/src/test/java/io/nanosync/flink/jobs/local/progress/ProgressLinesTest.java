package io.nanosync.flink.jobs.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {

    private final ProgressLines lines = new ProgressLines(100, 3);

    @Test
    void showsWhatIsReadOfEachTableInTheOrderOfTheHeading() {
        assertThat(
                        lines.of(
                                snapshot(
                                        table("public.items", 500, 60_000, 1, 2, 1000, 100),
                                        table(
                                                "public.orders",
                                                1_234_567,
                                                1_300_000_000,
                                                12,
                                                345,
                                                2_500_000,
                                                412_300))))
                .containsExactly(
                        "orders  snapshot  1,235,067 rows  49%  412,400 rows/s  3s left  1.2 GB"
                                + "  13/347 splits",
                        "  public.items                              500   50%        100/s      5s"
                                + " left    59 kB  1/2",
                        "  public.orders                       1,234,567   49%    412,300/s      3s"
                                + " left   1.2 GB  12/345");
    }

    @Test
    void showsOneTableInTheHeading() {
        assertThat(lines.of(snapshot(table("public.orders", 90, 7290, 1))))
                .containsExactly("orders  snapshot  90 rows  1%  1 rows/s  2h00m left");
    }

    @Test
    void leavesOutWhatIsUnknown() {
        assertThat(lines.of(snapshot(table("public.orders", 10, -1, 0))))
                .containsExactly("orders  snapshot  10 rows");
        assertThat(lines.of(snapshot())).containsExactly("orders  snapshot  0 rows");
    }

    @Test
    void showsAllOnlyWhenEverySplitIsRead() {
        assertThat(lines.of(snapshot(table("t", 1050, 0, 3, 4, 1000, 0))))
                .containsExactly("orders  snapshot  1,050 rows  99%  3/4 splits");
        assertThat(lines.of(snapshot(table("t", 900, 0, 4, 4, 1000, 0))))
                .containsExactly("orders  snapshot  900 rows  100%  4/4 splits");
    }

    /** Its rows were counted by tasks that aren't there any more. */
    @Test
    void showsWhatItsSplitsSayWhereMostRowsCameBeforeARestart() {
        assertThat(lines.of(snapshot(table("t", 10, 0, 1, 4, 1000, 100))))
                .containsExactly("orders  snapshot  10 rows  25%  100 rows/s  8s left  1/4 splits");
    }

    @Test
    void goesBySplitsWhereATableWasNeverAnalysedOrHasGrown() {
        for (long estimate : List.of(-1L, 0L, 100L)) {
            assertThat(lines.of(snapshot(table("t", 1000, 0, 1, 4, estimate, 100))))
                    .containsExactly(
                            "orders  snapshot  1,000 rows  25%  100 rows/s  30s left  1/4 splits");
        }
        assertThat(lines.of(snapshot(table("t", 1000, 0, 0, 4, -1, 100))))
                .containsExactly("orders  snapshot  1,000 rows  0%  100 rows/s  0/4 splits");
        assertThat(lines.of(snapshot(table("t", 1000, 0, 0, 1, -1, 100))))
                .containsExactly("orders  snapshot  1,000 rows  100 rows/s  0/1 splits");
    }

    @Test
    void doesntTakeManySmallTablesForTheLargeOne() {
        assertThat(
                        lines.of(
                                        snapshot(
                                                table("small", 1, 0, 1, 1, 1, 0),
                                                table("large", 1, 0, 0, 1, 99, 0)))
                                .get(0))
                .isEqualTo("orders  snapshot  2 rows  2%  1/2 splits");
    }

    @Test
    void showsTheWalThatTheSlotKeepsAndWhatIsLeft() {
        assertThat(lines.of(snapshot(new PipelineProgress.Wal(1_300_000_000, 9_000_000_000.0))))
                .containsExactly(
                        "orders  snapshot  0 rows",
                        "  1.2 GB of WAL kept for the slot, 8.4 GB left until"
                                + " max_slot_wal_keep_size");
        assertThat(lines.of(snapshot(new PipelineProgress.Wal(30_000, Double.POSITIVE_INFINITY))))
                .containsExactly("orders  snapshot  0 rows", "  29 kB of WAL kept for the slot");
    }

    @Test
    void showsTheTablesThatMoveAndCountsTheRest() {
        TableProgress[] tables =
                IntStream.range(0, 9)
                        .mapToObj(i -> table("s.t" + i, i, 100, i == 4 ? 50 : i))
                        .toArray(TableProgress[]::new);
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

    /** Nothing else moves while a large one comes. */
    @Test
    void showsWhatIsHeldOfATransaction() {
        assertThat(lines.of(streaming(10_345_678, 0, 125.0, 812L << 20)))
                .containsExactly(
                        "orders  streaming  10,345,678 changes  0 changes/s  lag 2m05s  812 MB held"
                                + " until its COMMIT");
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
        assertThat(lines.of(notStreaming(StreamState.THROTTLED, "25.0 h ahead")))
                .containsExactly("orders  standing still", "  25.0 h ahead");
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
        TableProgress wide =
                table(
                        "s." + "x".repeat(63),
                        999_999_999_999L,
                        Long.MAX_VALUE,
                        99_999,
                        999_999,
                        9_999_999_999_999L,
                        1e9);
        for (String line : new ProgressLines(60, 3).of(snapshot(wide, wide))) {
            assertThat(line.length()).isLessThanOrEqualTo(60);
        }
        for (String line : lines.of(snapshot(wide, wide))) {
            assertThat(line.length()).isLessThanOrEqualTo(100);
        }
    }

    /** What a table of a few billion rows and 1 TB takes is shown whole. */
    @Test
    void cutsNothingOfALargeTableIn100Columns() {
        TableProgress large =
                table(
                        "public.a_table_of_thirty_letters_",
                        1_234_567_890,
                        1_100_000_000_000L,
                        1234,
                        13107,
                        9_999_999_999L,
                        234_567);
        assertThat(lines.of(snapshot(large, large)).get(1))
                .endsWith("  10h22m left   1.0 TB  1234/13107");
    }

    private static TableProgress table(
            String name, long rows, long estimatedRows, double rowsPerSecond) {
        return table(name, rows, 0, 0, 0, estimatedRows, rowsPerSecond);
    }

    private static TableProgress table(
            String name,
            long rows,
            long bytes,
            long splitsRead,
            long splits,
            long estimatedRows,
            double rowsPerSecond) {
        return TableProgress.of(
                name, rows, bytes, splitsRead, splits, estimatedRows, rowsPerSecond);
    }

    private static PipelineProgress snapshot(TableProgress... tables) {
        return snapshot(PipelineProgress.Wal.NONE, tables);
    }

    private static PipelineProgress snapshot(PipelineProgress.Wal wal, TableProgress... tables) {
        return new PipelineProgress(
                "orders",
                Phase.SNAPSHOT,
                List.of(tables),
                wal,
                0,
                0,
                null,
                0,
                StreamState.NONE,
                "");
    }

    private static PipelineProgress streaming(
            long changes, double perSecond, @Nullable Double lagSeconds) {
        return streaming(changes, perSecond, lagSeconds, 0);
    }

    private static PipelineProgress streaming(
            long changes, double perSecond, @Nullable Double lagSeconds, long heldBytes) {
        return new PipelineProgress(
                "orders",
                Phase.STREAMING,
                List.of(),
                PipelineProgress.Wal.NONE,
                changes,
                perSecond,
                lagSeconds,
                heldBytes,
                StreamState.STREAMING,
                "");
    }

    private static PipelineProgress notStreaming(StreamState state, String status) {
        return new PipelineProgress(
                "orders",
                Phase.STREAMING,
                List.of(),
                PipelineProgress.Wal.NONE,
                7,
                0,
                0.0,
                0,
                state,
                status);
    }
}

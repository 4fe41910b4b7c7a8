package io.nanosync.flink.jobs.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.history.check.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JudgementTest {

    private static final Observed.Ending REFUSED =
            new Observed.Ending(true, "Table h.plain was dropped from the publication");

    private static Observed kept() {
        return new Observed(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                List.of(), true, null, null);
    }

    private static Observed gap(Observed.Ending ending) {
        return new Observed(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                List.of(), false, "h.plain", ending);
    }

    private static List<Kind> kinds(Observed history) {
        return Judgement.of(history).stream().map(Violation::kind).toList();
    }

    @Test
    void findsNothingInAHistoryThatKeptEverything() {
        assertThat(Judgement.of(kept())).isEmpty();
    }

    @Test
    void findsEachDifference() {
        assertThat(
                        kinds(
                                new Observed(
                                        List.of("1 missing"),
                                        List.of("h.plain"),
                                        List.of("part-1"),
                                        List.of("confirmed 0/2, checkpointed 0/1"),
                                        List.of("the slot is gone"),
                                        List.of("3 of 7 changes"),
                                        List.of("never asked"),
                                        List.of("h.plain: not done"),
                                        true,
                                        null,
                                        null)))
                .containsExactlyInAnyOrder(
                        Kind.NOT_EXACTLY_ONCE,
                        Kind.OTHER_FINAL_STATE,
                        Kind.ABORTED_WORK_ARRIVED,
                        Kind.CONFIRMED_TOO_FAR,
                        Kind.TOOK_WHAT_IS_NOT_ITS_OWN,
                        Kind.TORN_TRANSACTION,
                        Kind.UNREVIEWED_SCHEMA,
                        Kind.NOT_READ_AS_ASKED);
    }

    /** A slot that was made beside a truncate; seed 7020 met the second on 18. */
    @ParameterizedTest
    @ValueSource(strings = {"filenode", "filenumber"})
    void doesNotHoldAgainstThePipelineWhatPostgresCannotDecode(String missed) {
        Observed.Ending ending =
                new Observed.Ending(
                        true,
                        "could not map "
                                + missed
                                + " \"base/24673/25090\" to relation OID (SQLSTATE XX000), 9 times"
                                + " in a row. The server can't decode its WAL there");
        assertThat(
                        kinds(
                                new Observed(
                                        List.of(), List.of(), List.of(), List.of(), List.of(),
                                        List.of(), List.of(), List.of(), false, null, ending)))
                .isEmpty();
    }

    @Test
    void wantsTheLastChange() {
        assertThat(
                        kinds(
                                new Observed(
                                        List.of(), List.of(), List.of(), List.of(), List.of(),
                                        List.of(), List.of(), List.of(), false, null, null)))
                .containsExactly(Kind.STALLED);
    }

    @Test
    void wantsNoEndWithoutAGap() {
        assertThat(
                        kinds(
                                new Observed(
                                        List.of(), List.of(), List.of(), List.of(), List.of(),
                                        List.of(), List.of(), List.of(), false, null, REFUSED)))
                .containsExactly(Kind.REFUSED_WITHOUT_GAP);
    }

    @Test
    void wantsARefusalThatNamesTheGap() {
        assertThat(kinds(gap(REFUSED))).isEmpty();
        assertThat(kinds(gap(null))).containsExactly(Kind.GAP_WITHOUT_REFUSAL);
        assertThat(kinds(gap(new Observed.Ending(false, "h.plain: NullPointerException"))))
                .containsExactly(Kind.WRONG_REFUSAL);
        assertThat(kinds(gap(new Observed.Ending(true, "Something was altered"))))
                .containsExactly(Kind.WRONG_REFUSAL);
    }
}

package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What arrives of a table of which a part is published. */
class ExpectedTableTest {

    private static final Set<String> COLUMNS = Set.of("id", "n", "big");
    private static final CapturedTable KEYED = table(Set.of("id"));
    private static final CapturedTable FULL = table(COLUMNS);

    private static final PublishedPart EVEN_KEYS =
            new PublishedPart(null, row -> isEven(row.get("id")), false);
    private static final PublishedPart EVEN_NUMBERS =
            new PublishedPart(null, row -> isEven(row.get("n")), false);

    private static final SnapshotView NOTHING = SnapshotView.at(new Lsn(0));

    private static CapturedTable table(Set<String> identity) {
        return new CapturedTable(
                new QualifiedName("s", "t"),
                1,
                "s.t",
                Set.of("s.t"),
                COLUMNS,
                identity,
                identity.equals(COLUMNS));
    }

    private static boolean isEven(@Nullable String number) {
        return number != null && Integer.parseInt(number) % 2 == 0;
    }

    /** Transactions one after the other, each with its number as xid and end. */
    private static ExpectedTable expected(
            CapturedTable table, PublishedPart part, SnapshotView view, String... lines) {
        ExpectedTable expected = new ExpectedTable(table, part, view);
        for (int i = 0; i < lines.length; i++) {
            List<DecodedLine> changes =
                    Arrays.stream(lines[i].split("; "))
                            .map(line -> LineParser.parse("table s.t: " + line))
                            .toList();
            expected.transaction(WitnessedTransaction.of(i + 1, new Lsn(i + 1), changes));
        }
        return expected;
    }

    private static String row(int id, int n, String big) {
        return "id[integer]:%d n[integer]:%d big[text]:%s".formatted(id, n, big);
    }

    private static String text(int id, int n, String big) {
        return "big=%s|id=%d|n=%d".formatted(big, id, n);
    }

    private static RowEvent insert(long xid, String after) {
        return new RowEvent(xid, 'i', null, after);
    }

    @Test
    void aRowThatComesIsInsertedWithoutTheValueThatNobodySent() {
        ExpectedTable expected =
                expected(
                        KEYED,
                        EVEN_KEYS,
                        NOTHING,
                        "INSERT: " + row(1, 0, "'x'"),
                        "UPDATE: old-key: id[integer]:1 new-tuple: "
                                + row(2, 1, "unchanged-toast-datum"),
                        "UPDATE: " + row(2, 2, "unchanged-toast-datum"));

        assertThat(expected.changes())
                .containsExactly(
                        insert(2, text(2, 1, RowText.UNCHANGED)),
                        new RowEvent(3, 'u', null, text(2, 2, RowText.UNCHANGED)));
        assertThat(expected.crossings()).isEqualTo(1);
    }

    @Test
    void aRowThatComesIsInsertedWithTheValueOfItsWholeOldRow() {
        assertThat(
                        expected(
                                        FULL,
                                        EVEN_NUMBERS,
                                        NOTHING,
                                        "INSERT: " + row(1, 1, "'x'"),
                                        "UPDATE: old-key: "
                                                + row(1, 1, "'x'")
                                                + " new-tuple: "
                                                + row(1, 2, "unchanged-toast-datum"))
                                .changes())
                .containsExactly(insert(2, text(1, 2, "x")));
    }

    @Test
    void aRowThatGoesIsDeleted() {
        ExpectedTable expected =
                expected(
                        FULL,
                        EVEN_NUMBERS,
                        NOTHING,
                        "INSERT: " + row(1, 2, "'x'"),
                        "UPDATE: old-key: " + row(1, 2, "'x'") + " new-tuple: " + row(1, 3, "'y'"),
                        "DELETE: " + row(1, 3, "'y'"),
                        "TRUNCATE: (no-flags)");

        assertThat(expected.changes())
                .containsExactly(
                        insert(1, text(1, 2, "x")),
                        new RowEvent(2, 'd', text(1, 2, "x"), null),
                        new RowEvent(4, 't', null, null));
        assertThat(expected.crossings()).isEqualTo(1);
    }

    @Test
    void insertsArriveAlone() {
        assertThat(
                        expected(
                                        KEYED,
                                        new PublishedPart(Set.of("n"), row -> true, true),
                                        NOTHING,
                                        "INSERT: " + row(1, 2, "'x'"),
                                        "UPDATE: " + row(1, 3, "'y'"),
                                        "DELETE: id[integer]:1",
                                        "TRUNCATE: (no-flags)")
                                .changes())
                .containsExactly(insert(1, "n=2"));
    }

    @Test
    void theSnapshotShowsWhatIsPublished() {
        ExpectedTable expected =
                expected(
                        KEYED,
                        new PublishedPart(Set.of("id", "big"), EVEN_KEYS.rows(), false),
                        SnapshotView.at(new Lsn(4)),
                        "INSERT: " + row(1, 0, "'x'") + "; INSERT: " + row(3, 0, "'y'"),
                        "UPDATE: old-key: id[integer]:1 new-tuple: "
                                + row(2, 1, "unchanged-toast-datum"),
                        "INSERT: " + row(4, 0, "'z'"),
                        "UPDATE: old-key: id[integer]:4 new-tuple: " + row(5, 1, "'z'"),
                        "DELETE: id[integer]:2");

        assertThat(expected.snapshot()).containsExactly(RowEvent.read("big=x|id=2"));
        assertThat(expected.changes()).containsExactly(new RowEvent(5, 'd', "id=2", null));
        assertThat(expected.contradictions()).isEmpty();
    }

    /**
     * The second makes nothing of the row visible, and so wasn't delivered: who knows where it is.
     */
    @Test
    void aHiddenTransactionBehindOneThatTheSnapshotDoesNotShowIsNoMatter() {
        ExpectedTable expected =
                expected(
                        FULL,
                        EVEN_NUMBERS,
                        new SnapshotView(new Lsn(1), new Lsn(3), Set.of(2L)),
                        "INSERT: " + row(1, 2, "'x'"),
                        "UPDATE: old-key: " + row(1, 2, "'x'") + " new-tuple: " + row(1, 3, "'x'"),
                        "UPDATE: old-key: " + row(1, 3, "'x'") + " new-tuple: " + row(1, 5, "'x'"));

        assertThat(expected.snapshot()).containsExactly(RowEvent.read(text(1, 2, "x")));
        assertThat(expected.changes()).containsExactly(new RowEvent(2, 'd', text(1, 2, "x"), null));
        assertThat(expected.contradictions()).isEmpty();
    }
}

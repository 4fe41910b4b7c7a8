package io.nanosync.flink.jobs.sink;

import static io.nanosync.flink.jobs.sink.TestBatches.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PrintLineTest {

    private static final QualifiedName TABLE = new QualifiedName("public", "Orders");

    @Test
    void showsTableOperationAndColumns() {
        assertThat(
                        lines(
                                rows -> {
                                    rows.insert(1, tuple("1", "a", null));
                                    rows.update(2, (char) 0, null, tuple("1", "b", "c"));
                                    rows.update(
                                            3, 'K', tuple("1", null, null), tuple("2", "b", "c"));
                                    rows.delete(4, tuple("2", null, null));
                                    rows.truncate(5);
                                }))
                .containsExactly(
                        "public.\"Orders\" insert id=1 a=a b=null",
                        "public.\"Orders\" update id=1 a=b b=c",
                        "public.\"Orders\" update id=2 a=b b=c  was: id=1",
                        "public.\"Orders\" delete id=2",
                        "public.\"Orders\" truncate");
    }

    @Test
    void showsSnapshotRowsAsReads() {
        assertThat(lines(rows -> rows.snapshotRow(TestBatches.LSN, tuple("1", "a", "b"))))
                .containsExactly("public.\"Orders\" read id=1 a=a b=b");
    }

    @Test
    void saysWhichValuesWereNotSent() {
        assertThat(lines(rows -> rows.update(1, (char) 0, null, tuple("1", "(unchanged)", "b"))))
                .containsExactly("public.\"Orders\" update id=1 a=(unchanged) b=b");
    }

    @Test
    void keepsEachRowOnOneLineOf100Characters() {
        List<String> lines =
                lines(
                        rows -> {
                            rows.insert(1, tuple("1", "x".repeat(300), "y".repeat(300)));
                            rows.insert(2, tuple("2", "one\ntwo\tthree\r\u001b[31mred", "\u0085"));
                            rows.insert(3, tuple("3", "😀".repeat(100), "😀".repeat(100)));
                        });
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(lines.get(0))
                .startsWith("public.\"Orders\" insert id=1 a=" + "x".repeat(39) + "… b=y");
        assertThat(lines.get(1))
                .isEqualTo(
                        "public.\"Orders\" insert id=2 a=one\\n"
                                + "two\\tthree\\r"
                                + "\uFFFD[31mred b=\uFFFD");
        assertThat(lines.get(2).codePoints().filter(c -> c >= 0xD800 && c <= 0xDFFF)).isEmpty();
    }

    @Test
    void namesHoldNoControlCharactersEither() {
        QualifiedName table = new QualifiedName("pub\nlic", "red\u001b[31m");
        ChangeBatch batch =
                TestBatches.of(
                        table,
                        List.of("a\rb", "c\t"),
                        rows -> rows.insert(1, tuple("1", "x", "y")));
        assertThat(PrintLine.of(table, batch.rows().iterator().next()))
                .isEqualTo("\"pub\\nlic\".\"red\uFFFD[31m\" insert id=1 a\\rb=x c\\t=y");
    }

    private static List<String> lines(Consumer<ChangeBatchBuilder> rows) {
        ChangeBatch batch = TestBatches.of(TABLE, List.of("a", "b"), rows);
        List<String> lines = new ArrayList<>();
        batch.rows().forEach(row -> lines.add(PrintLine.of(batch.table(), row)));
        return lines;
    }
}

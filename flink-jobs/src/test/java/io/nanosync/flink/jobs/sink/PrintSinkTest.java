package io.nanosync.flink.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PipelineFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows on standard output. */
class PrintSinkTest {

    private final PrintStream out = System.out;

    @AfterEach
    void putBack() {
        System.setOut(out);
    }

    private static void print() throws Exception {
        ChangeBatch batch =
                TestBatches.of(
                        new QualifiedName("public", "t"),
                        List.of("note"),
                        rows -> rows.insert(1, TestBatches.tuple("1", "x")));
        Sinks.print().createWriter(null).write(batch, null);
    }

    @Test
    void areLines() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        print();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("public.t insert id=1 note=x" + System.lineSeparator());
    }

    /** {@code nanosync run | head}: what isn't seen must not be confirmed. */
    @Test
    void failWhereNobodyTakesThem() {
        System.setOut(
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("Broken pipe");
                            }
                        }));
        assertThatThrownBy(PrintSinkTest::print)
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("Standard output");
    }
}

package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.PipelineFailedException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.connector.sink2.Sink;

/** The sinks that a pipelines file can name. */
public final class Sinks {

    private Sinks() {}

    /** Sink {@code print}: one readable line a row on standard output, in UTF-8. */
    public static Sink<ChangeBatch> print() {
        return new EachBatch(
                batch -> {
                    StringBuilder lines = new StringBuilder();
                    batch.rows()
                            .forEach(
                                    row ->
                                            lines.append(PrintLine.of(batch.table(), row))
                                                    .append(System.lineSeparator()));
                    // As bytes: the stream's own encoding is that of the locale.
                    byte[] utf8 = lines.toString().getBytes(StandardCharsets.UTF_8);
                    System.out.write(utf8, 0, utf8.length);
                    System.out.flush();
                    // The stream tells of nothing by itself, and the slot would move on.
                    if (System.out.checkError()) {
                        throw new PipelineFailedException(
                                "Standard output takes no more rows: it is closed, or its disk is"
                                        + " full. What a checkpoint has completed behind was"
                                        + " printed; start the pipeline again with an output that"
                                        + " lasts");
                    }
                });
    }

    /** Sink {@code blackhole}: takes everything and keeps nothing. */
    public static Sink<ChangeBatch> blackhole() {
        return new EachBatch(batch -> {});
    }

    /**
     * Sink {@code arrow}: Arrow IPC files per table, committed with each checkpoint.
     *
     * @param folder a URI of a Flink file system
     */
    public static Sink<ChangeBatch> arrow(String folder) {
        return ArrowFiles.in(folder);
    }
}

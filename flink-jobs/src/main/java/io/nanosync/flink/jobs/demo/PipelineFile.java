package io.nanosync.flink.jobs.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The pipelines file of the demo, as a user would write it. */
final class PipelineFile {

    /** Name of its pipeline. */
    static final String PIPELINE = "demo";

    private PipelineFile() {}

    /**
     * Writes {@code pipelines.yaml} into a folder.
     *
     * @param output where the Arrow files go
     */
    static Path write(Path folder, String dsn, Path output) throws IOException {
        String tables =
                Arrays.stream(DemoTable.values())
                        .map(table -> "        - '" + table.qualifiedName() + "'\n")
                        .collect(Collectors.joining());
        return Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                state_dir: %s
                connections:
                  - name: shop
                    type: postgres
                    dsn: "%s?sslmode=disable"
                pipelines:
                  - name: %s
                    source:
                      connection: shop
                      tables:
                %s\
                      properties:
                        snapshot_workers: "4"
                    sink:
                      type: arrow
                      path: %s
                    checkpoint_interval: 2s
                    parallelism: 2
                """
                        .formatted(
                                folder.resolve("state").toUri(),
                                dsn,
                                PIPELINE,
                                tables,
                                output.toUri()));
    }
}

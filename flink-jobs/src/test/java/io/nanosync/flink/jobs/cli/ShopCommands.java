package io.nanosync.flink.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Commands on a file of two pipelines: {@code shop}, and {@code once}, which reads a snapshot
 * alone. Their server is never there.
 */
final class ShopCommands {

    private final Path folder;
    private final Commands commands = new Commands();

    ShopCommands(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(
                file(),
                """
                state_dir: %s
                connections:
                  - name: shop
                    type: postgres
                    dsn: "postgres://nanosync@localhost:1/shop"
                pipelines:
                  - name: shop
                    source:
                      connection: shop
                      tables: ["public.orders", "sales.*", "!sales.audit"]
                    sink:
                      type: print
                  - name: once
                    source:
                      connection: shop
                      tables: ["public.orders"]
                      properties:
                        startup_mode: snapshot
                    sink:
                      type: print
                """
                        .formatted(stateDir()));
    }

    private Path file() {
        return folder.resolve("pipelines.yaml");
    }

    Path stateDir() {
        return folder.resolve("state");
    }

    /** Runs a command on the file; gives the exit code. */
    int execute(String command, String... arguments) {
        return commands.execute(
                Stream.concat(Stream.of(command, "-f", file().toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    String out() {
        return commands.out();
    }

    String err() {
        return commands.err();
    }
}

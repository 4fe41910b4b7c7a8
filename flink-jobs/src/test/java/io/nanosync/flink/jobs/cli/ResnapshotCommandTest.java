package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class ResnapshotCommandTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(
                folder.resolve("pipelines.yaml"),
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
                        .formatted(folder.resolve("state")));
    }

    private int execute(String... arguments) {
        CommandLine commands = Nanosync.commands();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        String file = folder.resolve("pipelines.yaml").toString();
        return commands.execute(
                Stream.concat(Stream.of("resnapshot", "-f", file), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        List.of("pipeline", "shp", "-t", "public.orders"), "did you mean shop?"),
                Arguments.of(
                        List.of("pipeline", "shop", "-t", "public.order", "-t", "sales.audit"),
                        "doesn't capture public.order; its tables are [public.orders, sales.*,"
                                + " !sales.audit]; Pipeline shop doesn't capture sales.audit"),
                Arguments.of(
                        List.of("pipeline", "shop", "-t", "sales.*"), "\"sales.*\" is no table"),
                Arguments.of(
                        List.of("pipeline", "once", "-t", "public.orders"),
                        "can't read single tables again"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrongAndLeavesNothing(List<String> arguments, String message) {
        assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(1);
        assertThat(err.toString()).contains(message);
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void wantsTheWordPipeline() {
        assertThat(execute("table", "shop", "-t", "public.orders")).isEqualTo(2);
        assertThat(err.toString()).contains("nanosync resnapshot pipeline NAME, not \"table\"");
    }

    @Test
    void leavesARequestAndSaysWhenItIsTakenUp() throws IOException {
        assertThat(execute("pipeline", "shop", "-t", "public.orders", "-t", "sales.sums")).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "shop: public.orders, sales.sums will be read again: within seconds if the"
                                + " pipeline runs, else at its next start"
                                + System.lineSeparator());
        assertThat(err.toString()).contains("it reads all its tables anyway");
        try (Stream<Path> requests = Files.list(folder.resolve("state/shop/resnapshot"))) {
            assertThat(requests)
                    .singleElement()
                    .satisfies(
                            request ->
                                    assertThat(request)
                                            .content()
                                            .contains("schema.1=sales", "table.1=sums"));
        }
    }
}

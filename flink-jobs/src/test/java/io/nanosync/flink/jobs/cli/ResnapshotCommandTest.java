package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

final class ResnapshotCommandTest {

    @TempDir private Path folder;

    private ShopCommands commands;

    @BeforeEach
    void writeFile() throws IOException {
        commands = new ShopCommands(folder);
    }

    private int execute(String... arguments) {
        return commands.execute("resnapshot", arguments);
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
        assertThat(commands.err()).contains(message);
        assertThat(commands.stateDir()).doesNotExist();
    }

    @Test
    void wantsTheWordPipeline() {
        assertThat(execute("table", "shop", "-t", "public.orders")).isEqualTo(2);
        assertThat(commands.err()).contains("nanosync resnapshot pipeline NAME, not \"table\"");
    }

    @Test
    void leavesARequestAndSaysWhenItIsTakenUp() throws IOException {
        assertThat(execute("pipeline", "shop", "-t", "public.orders", "-t", "sales.sums")).isZero();
        assertThat(commands.out())
                .isEqualTo(
                        "shop: public.orders, sales.sums will be read again: within seconds if the"
                                + " pipeline runs, else at its next start"
                                + System.lineSeparator());
        assertThat(commands.err()).contains("it reads all its tables anyway");
        try (Stream<Path> requests = Files.list(commands.stateDir().resolve("shop/resnapshot"))) {
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

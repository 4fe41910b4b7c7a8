package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.FlinkCdcOption;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.SourceOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Keeps the options in {@code docs/from-flink-cdc.md} as the code is. To write them anew run this
 * test with {@code -Dnanosync.docs.update=true}.
 */
final class FlinkCdcGuideTest {

    static final Path PAGE = Path.of("../docs/from-flink-cdc.md");

    private static final String BEGIN = "<!-- options: written by FlinkCdcGuideTest -->\n";
    private static final String END = "<!-- end -->";

    @Test
    void saysWhatTheCodeSays() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        String written = page.substring(0, from) + options() + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("nanosync.docs.update")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    private static String options() {
        return "| Flink CDC | here | |\n|---|---|---|\n"
                + FlinkCdcOption.all().stream()
                        .map(
                                foreign ->
                                        "| `"
                                                + foreign.name()
                                                + "` | "
                                                + here(foreign.option())
                                                + " | "
                                                + foreign.note()
                                                + " |\n")
                        .collect(Collectors.joining());
    }

    private static String here(@Nullable SourceOption<?> option) {
        return option == null ? "" : "`" + NameStyle.DASH.of(option) + "`";
    }
}

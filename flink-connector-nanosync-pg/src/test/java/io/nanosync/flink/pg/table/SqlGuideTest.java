package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of {@code docs/sql.md} as the code is. To write them anew run this test with
 * {@code -Dnanosync.docs.update=true}.
 */
class SqlGuideTest {

    @Test
    void theGuideSaysWhatTheCodeDoes() throws IOException {
        String written = SqlGuide.written(Files.readString(SqlGuide.PAGE));
        if (Boolean.getBoolean("nanosync.docs.update")) {
            Files.writeString(SqlGuide.PAGE, written);
        }
        assertThat(SqlGuide.PAGE)
                .as("write it anew with -Dtest=SqlGuideTest -Dnanosync.docs.update=true")
                .content(StandardCharsets.UTF_8)
                .isEqualTo(written);
    }
}

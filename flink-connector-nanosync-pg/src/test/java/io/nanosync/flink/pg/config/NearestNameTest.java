package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    private static final List<String> NAMES =
            List.of("snapshot_workers", "chunk_size", "publication", "tables");

    @Test
    void findsANameWithALetterMissing() {
        assertThat(NearestName.of("snapshot_worker", NAMES)).isEqualTo("snapshot_workers");
    }

    @Test
    void countsSwappedNeighboursAsOneMistake() {
        assertThat(NearestName.of("tabels", List.of("tables", "labels", "tabs")))
                .isEqualTo("tables");
        assertThat(NearestName.of("no", List.of("on"))).isEqualTo("on");
    }

    @Test
    void takesCaseDashAndUnderscoreForEqual() {
        assertThat(NearestName.of("Chunk-Size", NAMES)).isEqualTo("chunk_size");
    }

    @Test
    void findsNothingForANameThatIsLikeNone() {
        assertThat(NearestName.of("colour", NAMES)).isNull();
        assertThat(NearestName.of("", NAMES)).isNull();
        assertThat(NearestName.of("tables", List.of())).isNull();
    }
}

package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PercentEncodingTest {

    @Test
    void encodesWhatMeansSomethingInAUrl() {
        assertThat(PercentEncoding.encode("a-b_c.d~1:/?#[]@%+ ü"))
                .isEqualTo("a-b_c.d~1%3A%2F%3F%23%5B%5D%40%25%2B%20%C3%BC");
    }

    @Property
    void decodesWhatItEncodes(@ForAll String text) {
        boolean wellFormed = text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c));
        if (wellFormed) {
            assertThat(PercentEncoding.decode(PercentEncoding.encode(text))).isEqualTo(text);
        }
    }
}

package io.nanosync.flink.pg.columnar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStringsTest {

    @Property(tries = 500)
    void isJsonAndComesBack(@ForAll List<String> strings) throws JsonProcessingException {
        String json = JsonStrings.write(strings);
        assertThat(JsonStrings.read(json)).isEqualTo(strings);
        assertThat(new ObjectMapper().readValue(json, String[].class))
                .containsExactlyElementsOf(strings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "]", "[\"a\"", "[\"a]", "[\"a\" \"b\"]", "[a]", "[\"a\"]x"})
    void refusesAnythingElse(String json) {
        assertThatThrownBy(() -> JsonStrings.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not a JSON array of strings");
    }
}

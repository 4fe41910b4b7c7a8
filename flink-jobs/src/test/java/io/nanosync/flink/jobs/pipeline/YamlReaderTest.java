package io.nanosync.flink.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.Problem.Position;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "010, 010",
                "1_000, 1_000",
                "0x1F, 0x1F",
                "on, on",
                "True, True",
                "1.50, 1.50",
                "'a b', a b",
                "\"x\\ty\", `x\ty`",
                "2026-11-22, 2026-11-22",
                "12:30:45, 12:30:45"
            })
    void keepsScalarsAsTheyStandInTheFile(String yaml, String text) {
        assertThat(value("k: " + yaml)).isEqualTo(new YamlNode.Scalar(new Position(1, 4), text));
    }

    @Test
    void tellsNothingFromAnEmptyText() {
        assertThat(value("k:"))
                .isInstanceOfSatisfying(
                        YamlNode.Scalar.class, scalar -> assertThat(scalar.text()).isNull());
        assertThat(value("k: ~"))
                .isInstanceOfSatisfying(
                        YamlNode.Scalar.class, scalar -> assertThat(scalar.text()).isNull());
        assertThat(value("k: ''"))
                .isInstanceOfSatisfying(
                        YamlNode.Scalar.class, scalar -> assertThat(scalar.text()).isEmpty());
    }

    @Test
    void knowsThePlaceOfEverything() {
        YamlNode root = YamlReader.read("a: 1\nb:\n  - x\n  - c: d\n").orThrow();
        assertThat(root)
                .isEqualTo(
                        new YamlNode.Mapping(
                                new Position(1, 1),
                                List.of(
                                        new YamlNode.Entry(
                                                new Position(1, 1),
                                                "a",
                                                new YamlNode.Scalar(new Position(1, 4), "1")),
                                        new YamlNode.Entry(
                                                new Position(2, 1),
                                                "b",
                                                new YamlNode.Sequence(
                                                        new Position(3, 3),
                                                        List.of(
                                                                new YamlNode.Scalar(
                                                                        new Position(3, 5), "x"),
                                                                new YamlNode.Mapping(
                                                                        new Position(4, 5),
                                                                        List.of(
                                                                                new YamlNode.Entry(
                                                                                        new Position(
                                                                                                4,
                                                                                                5),
                                                                                        "c",
                                                                                        new YamlNode
                                                                                                .Scalar(
                                                                                                new Position(
                                                                                                        4,
                                                                                                        8),
                                                                                                "d"))))))))));
    }

    private static YamlNode value(String yaml) {
        YamlNode root = YamlReader.read(yaml).orThrow();
        assertThat(root).isInstanceOf(YamlNode.Mapping.class);
        return ((YamlNode.Mapping) root).entries().get(0).value();
    }
}

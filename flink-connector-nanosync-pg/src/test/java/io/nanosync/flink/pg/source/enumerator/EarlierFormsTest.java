package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.split.EarlierSplits;
import io.nanosync.flink.pg.source.split.Fixtures;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What tests write in an earlier version's form is read like what that version wrote itself, to the
 * last byte.
 */
final class EarlierFormsTest {

    @ParameterizedTest
    @CsvSource({
        "1, snapshot", "1, finished", "1, restart", "1, stream",
        "2, snapshot", "2, finished", "2, restart", "2, stream",
        "3, snapshot", "3, finished", "3, restart", "3, stream"
    })
    void splits(int version, String kind) throws IOException {
        assertWritesAsThen(version, new EarlierSplits(version), "split-" + version + "-" + kind);
    }

    @ParameterizedTest
    @CsvSource({
        "1, snapshotting", "1, handing-over", "1, streaming",
        "2, snapshotting", "2, handing-over", "2, streaming",
        "3, snapshotting", "3, handing-over", "3, streaming"
    })
    void states(int version, String kind) throws IOException {
        assertWritesAsThen(
                version, new EarlierStates(version), "enumerator-" + version + "-" + kind);
    }

    private static <T> void assertWritesAsThen(
            int version, SimpleVersionedSerializer<T> serializer, String fixture)
            throws IOException {
        T then = serializer.deserialize(version, Fixtures.read(fixture));
        assertThat(serializer.deserialize(version, serializer.serialize(then))).isEqualTo(then);
    }
}

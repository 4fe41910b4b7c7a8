package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.source.enumerator.server.Lineage;
import io.nanosync.flink.pg.source.split.Fixtures;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EnumeratorCheckpointSerializerTest {

    private final EnumeratorCheckpointSerializer serializer = new EnumeratorCheckpointSerializer();

    static Stream<EnumeratorCheckpoint> checkpoints() {
        EnumeratorState state = HandOverPhaseTest.heldByAReader();
        Lineage first = Lineage.begin().next("checkpoint 1");
        return Stream.of(
                new EnumeratorCheckpoint(state, null),
                new EnumeratorCheckpoint(state, first),
                new EnumeratorCheckpoint(state, first.next("b").goOn().next("c").goOn().next("d")),
                new EnumeratorCheckpoint(new EnumeratorState.Starting(), null));
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void comesBackAsItWas(EnumeratorCheckpoint checkpoint) throws IOException {
        assertThat(serializer.deserialize(8, serializer.serialize(checkpoint)))
                .isEqualTo(checkpoint);
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void damageIsRefused(EnumeratorCheckpoint checkpoint) throws IOException {
        byte[] bytes = serializer.serialize(checkpoint);
        assertThatThrownBy(() -> serializer.deserialize(8, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 bytes behind its end");
        assertThatThrownBy(() -> serializer.deserialize(8, Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void newerReleaseIsNamed() {
        assertThatThrownBy(() -> serializer.deserialize(9, new byte[0]))
                .hasMessageContaining("version 9 was written by a newer release");
    }

    @Test
    void formerVersionsHaveTheStateAlone() throws IOException {
        EnumeratorState state = HandOverPhaseTest.heldByAReader();
        assertThat(serializer.deserialize(7, new EnumeratorStateSerializer().serialize(state)))
                .isEqualTo(new EnumeratorCheckpoint(state, null));
        assertThat(serializer.deserialize(6, Fixtures.read("enumerator-6-streaming")).lineage())
                .isNull();
    }
}

package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CheckpointGateTest {

    private final CheckpointGate gate = new CheckpointGate();

    @Test
    void checkpointTakenBeforeTheGateWasMadeDoesNotOpenIt() {
        assertThat(gate.checkpointCompleted(7)).isFalse();
        gate.checkpointTaken(8);
        assertThat(gate.checkpointCompleted(7)).isFalse();
        assertThat(gate.checkpointCompleted(8)).isTrue();
    }

    @Test
    void opensOnce() {
        gate.checkpointTaken(1);
        assertThat(gate.checkpointCompleted(3)).isTrue();
        assertThat(gate.checkpointCompleted(4)).isFalse();
    }
}

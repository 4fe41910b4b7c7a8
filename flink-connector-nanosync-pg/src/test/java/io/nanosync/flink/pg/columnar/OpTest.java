package io.nanosync.flink.pg.columnar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpTest {

    @ParameterizedTest
    @EnumSource
    void comesBackFromItsLetter(Op op) {
        assertThat(Op.of(op.code())).isEqualTo(op);
    }

    @Test
    void refusesOtherLetters() {
        assertThatThrownBy(() -> Op.of('x'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Not an operation: 'x'; expected r, i, u, d or t");
    }
}

package io.nanosync.flink.pg.relation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaIdentityTest {

    @ParameterizedTest
    @CsvSource({"d, DEFAULT", "n, NOTHING", "f, FULL", "i, INDEX"})
    void hasTheCatalogsLetters(char code, ReplicaIdentity identity) {
        assertThat(ReplicaIdentity.of(code)).isEqualTo(identity);
        assertThat(identity.code()).isEqualTo(code);
    }

    @Test
    void refusesOtherLetters() {
        assertThatThrownBy(() -> ReplicaIdentity.of('D'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Not a replica identity: 'D'; expected d, n, f or i");
    }
}

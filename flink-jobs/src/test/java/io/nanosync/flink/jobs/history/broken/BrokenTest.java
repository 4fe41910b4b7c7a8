package io.nanosync.flink.jobs.history.broken;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BrokenTest {

    /** Else nobody notices before the adversary is proved the next time. */
    @ParameterizedTest
    @EnumSource(Broken.class)
    void alterationsFitTheSourcesOfNow(Broken broken) throws Exception {
        assertThat(BrokenBuild.sources(broken)).isNotEmpty();
    }
}

package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LineageTest {

    private final Lineage first = Lineage.begin().next("c");
    private final Lineage second = first.next("c");

    @Test
    void stateFollowsItselfAndThoseBeforeIt() {
        assertThat(second.follows(first.taken())).isTrue();
        assertThat(second.follows(second.taken())).isTrue();
        assertThat(first.follows(second.taken())).isFalse();
    }

    @Test
    void runFollowsWhatItWentOnFrom() {
        Lineage later = second.goOn().next("c");
        assertThat(later.follows(second.taken())).isTrue();
        assertThat(later.follows(first.taken())).isTrue();
        assertThat(second.follows(later.taken())).isFalse();
    }

    /** A record may be some runs behind: the folder was another one, or couldn't be written. */
    @Test
    void runFollowsWhatThoseBeforeItWentOnFrom() {
        Lineage later = second;
        for (int run = 0; run < 99; run++) {
            later = later.goOn().next("c");
        }
        assertThat(later.follows(first.taken())).isTrue();
        for (int run = 0; run < 2; run++) {
            later = later.goOn().next("c");
        }
        assertThat(later.from()).hasSize(100);
        assertThat(later.follows(first.taken())).isFalse();
    }

    /** Two jobs that were started from one state. */
    @Test
    void siblingsFollowNotEachOther() {
        Lineage one = first.goOn().next("c");
        Lineage other = first.goOn().next("c").next("c");
        assertThat(one.follows(other.taken())).isFalse();
        assertThat(other.follows(one.taken())).isFalse();
    }

    @Test
    void runThatWentOnFromAnOlderStateFollowsNotTheNewest() {
        assertThat(first.goOn().next("c").follows(second.taken())).isFalse();
    }

    @Test
    void anotherBeginningFollowsNothing() {
        assertThat(Lineage.begin().next("c").follows(first.taken())).isFalse();
    }
}

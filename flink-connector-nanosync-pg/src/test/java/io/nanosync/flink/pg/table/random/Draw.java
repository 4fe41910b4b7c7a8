package io.nanosync.flink.pg.table.random;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Draws from a seed: the same choices for the same seed. */
final class Draw {

    private final Random random;

    Draw(long seed) {
        random = new Random(seed);
        // The first values of neighbouring seeds are alike.
        random.nextLong();
    }

    /** A generator of its own: what it draws changes nothing of what this one draws. */
    Draw apart() {
        return new Draw(random.nextLong());
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both bounds are possible. */
    int between(int from, int to) {
        return from + below(to - from + 1);
    }

    boolean chance(int percent) {
        return below(100) < percent;
    }

    <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    @SafeVarargs
    final <T> T of(T first, T... others) {
        int at = below(others.length + 1);
        return at == 0 ? first : others[at - 1];
    }

    <T> List<T> shuffled(List<T> all) {
        List<T> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    /** Some of them in any order: at least one, at most so many. */
    <T> List<T> some(List<T> all, int most) {
        return shuffled(all).subList(0, between(1, Math.min(most, all.size())));
    }
}

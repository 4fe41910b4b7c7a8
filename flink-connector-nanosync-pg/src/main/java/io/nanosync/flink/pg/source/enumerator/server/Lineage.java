package io.nanosync.flink.pg.source.enumerator.server;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Where a state of a pipeline stands among all its states: so that one which is older than another
 * is known, also while nothing on the server moves.
 *
 * @param taken when it was taken
 * @param checkpoint for which, in words for people
 * @param from the states that its run and those before went on from, newest first; the oldest are
 *     left out when there are many
 */
public record Lineage(Taken taken, String checkpoint, List<Taken> from) {

    /** So many runs back a state is known to follow; some kilobytes. */
    private static final int RUNS = 100;

    public Lineage {
        from = List.copyOf(from);
    }

    /**
     * The moment of a state.
     *
     * @param run one life of an enumerator, from a start or a restore to its end
     * @param number of the states that the run has taken; 0 for none yet
     */
    public record Taken(UUID run, long number) {

        private boolean isAtLeast(Taken other) {
            return run.equals(other.run) && number >= other.number;
        }
    }

    /** A run that begins without state, or with one that has no lineage. */
    public static Lineage begin() {
        return new Lineage(new Taken(UUID.randomUUID(), 0), "none", List.of());
    }

    /** A run that goes on from this state. */
    public Lineage goOn() {
        List<Taken> ancestors = new ArrayList<>();
        ancestors.add(taken);
        ancestors.addAll(from.subList(0, Math.min(from.size(), RUNS - 1)));
        return new Lineage(new Taken(UUID.randomUUID(), 0), "none", ancestors);
    }

    /**
     * The next state of the run.
     *
     * @param of the checkpoint that it is taken for
     */
    public Lineage next(String of) {
        return new Lineage(new Taken(taken.run(), taken.number() + 1), of, from);
    }

    /** Whether this state is the other one, or comes from it. */
    boolean follows(Taken other) {
        return taken.isAtLeast(other)
                || from.stream().anyMatch(ancestor -> ancestor.isAtLeast(other));
    }
}

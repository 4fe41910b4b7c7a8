package io.nanosync.flink.pg.testing.verify;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline stood in front of changed schemas.
 *
 * @param accepted those that were accepted
 * @param refused where it stands to the end; null when it doesn't
 * @param whole whether transactions come whole: then nothing of the change's transaction had come
 */
public record Pauses(Collection<StandStill> accepted, @Nullable StandStill refused, boolean whole) {

    /** It never stood still. */
    public static final Pauses NONE = new Pauses(List.of(), null, false);
}

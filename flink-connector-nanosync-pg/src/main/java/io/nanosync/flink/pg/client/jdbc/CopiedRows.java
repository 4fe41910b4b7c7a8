package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.TableFile;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a COPY reads: known from step to step.
 *
 * @param file of which table file; null as long as none is locked
 * @param range the condition of a range of values; null when rows are read by blocks
 * @param filter the publication's row filter; null without one
 */
record CopiedRows(@Nullable TableFile file, @Nullable String range, @Nullable String filter) {

    /** Nothing is known yet. */
    static final CopiedRows UNKNOWN = new CopiedRows(null, null, null);

    CopiedRows inRange(String condition) {
        return new CopiedRows(file, condition, filter);
    }

    CopiedRows of(TableFile locked) {
        return new CopiedRows(locked, range, filter);
    }

    CopiedRows filteredBy(@Nullable String condition) {
        return new CopiedRows(file, range, condition);
    }

    /** The file's name in SQL. */
    String sql() {
        return Objects.requireNonNull(file, "none is locked").name().sql();
    }

    /** Nothing of the conditions: they may contain values of a column. */
    @Override
    public String toString() {
        return file == null ? "rows" : "rows of " + file.name();
    }
}

package io.nanosync.flink.pg.config;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer wants of each of its tables. What is captured is the whole table nevertheless.
 *
 * @param columns names of the columns whose values are read, beside those of keys; null for all
 * @param rows how many rows of a snapshot that stands alone are enough, whichever; null for all
 * @param where for which rows of a snapshot it is enough to come; null for all. Changes come all
 */
@Internal
public record Wanted(
        @Nullable List<String> columns, @Nullable Long rows, @Nullable RowCondition where)
        implements Serializable {

    /** All of it. */
    public static final Wanted ALL = new Wanted(null, null, null);

    public Wanted {
        if (rows != null && rows < 0) {
            throw new IllegalArgumentException("Fewer rows than none: " + rows);
        }
    }

    Wanted columns(List<String> names) {
        return new Wanted(List.copyOf(names), rows, where);
    }

    Wanted rows(long enough) {
        return new Wanted(columns, enough, where);
    }

    Wanted where(RowCondition condition) {
        return new Wanted(columns, rows, condition);
    }
}

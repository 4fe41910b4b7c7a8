package io.nanosync.flink.pg.config;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer wants of each of its tables. What is captured is the whole table nevertheless.
 *
 * @param columns names of the columns whose values are read, beside those of keys; null for all
 * @param byPlace those of the columns that are taken apart by places; others may be among them
 * @param rows how many rows of a snapshot that stands alone are enough, whichever; null for all
 * @param where for which rows of a snapshot it is enough to come; null for all. Changes come all
 */
@Internal
public record Wanted(
        @Nullable List<String> columns,
        List<ByPlace> byPlace,
        @Nullable Long rows,
        @Nullable RowCondition where)
        implements Serializable {

    /** All of it. */
    public static final Wanted ALL = new Wanted(null, List.of(), null, null);

    public Wanted {
        byPlace = List.copyOf(byPlace);
        if (rows != null && rows < 0) {
            throw new IllegalArgumentException("Fewer rows than none: " + rows);
        }
    }

    Wanted columns(List<String> names) {
        return new Wanted(List.copyOf(names), byPlace, rows, where);
    }

    Wanted byPlace(List<ByPlace> some) {
        return new Wanted(columns, some, rows, where);
    }

    Wanted rows(long enough) {
        return new Wanted(columns, byPlace, enough, where);
    }

    Wanted where(RowCondition condition) {
        return new Wanted(columns, byPlace, rows, condition);
    }

    /** The columns that are read and taken apart by places. */
    List<ByPlace> readByPlace() {
        List<String> some = columns;
        return some == null
                ? byPlace
                : byPlace.stream().filter(one -> some.contains(one.column())).toList();
    }
}

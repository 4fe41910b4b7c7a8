package io.nanosync.flink.pg.relation;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One column of a captured table.
 *
 * @param name its name, exactly as in the catalog
 * @param type its type
 * @param typmod {@code atttypmod}: length or precision and scale; -1 when there is none
 * @param typeText the declared type as {@code format_type} prints it, for example {@code
 *     numeric(12,2)}
 * @param nullable whether it may be null
 * @param identity whether it belongs to the replica identity, and so comes with the old row of an
 *     update or delete
 * @param attnum {@code pg_attribute.attnum}: tells a column that was dropped and added again under
 *     its name; null in state that was written before it was kept
 */
public record Column(
        String name,
        PgType type,
        int typmod,
        String typeText,
        boolean nullable,
        boolean identity,
        @Nullable Integer attnum)
        implements Serializable {

    /** A column of which {@code attnum} isn't known. */
    public Column(
            String name,
            PgType type,
            int typmod,
            String typeText,
            boolean nullable,
            boolean identity) {
        this(name, type, typmod, typeText, nullable, identity, null);
    }

    /** The same column, taken for another type: its domain's base, its array's element. */
    public Column withType(PgType other, int otherTypmod) {
        return new Column(name, other, otherTypmod, typeText, nullable, identity, attnum);
    }

    Column withoutAttnum() {
        return new Column(name, type, typmod, typeText, nullable, identity);
    }
}

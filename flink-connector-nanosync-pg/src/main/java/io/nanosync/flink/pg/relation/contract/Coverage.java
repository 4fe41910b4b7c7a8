package io.nanosync.flink.pg.relation.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code pg_publication_rel} or {@code pg_publication_namespace}: by it a publication
 * covers a table. PostgreSQL never updates such a row: one with the same {@code oid} and {@code
 * xmin} has been there all the time.
 *
 * <p>That it covered the table all the time says it for {@link By#TABLE} alone. Whether a schema's
 * row did depends on the table's having stayed in that schema, and whether an ancestor's row did on
 * its having stayed a partition.
 *
 * @param by what it names
 * @param of OID of that table or schema, unsigned
 * @param oid the row's OID, unsigned
 * @param xmin the transaction that wrote it, unsigned
 * @param rowFilter stands for its {@code WHERE} clause; null without one
 * @param columnList the columns that it names, as they are called when it is read; null for all
 * @param member who is in the schema; null where a table is named, and in state before version 3
 */
public record Coverage(
        By by,
        int of,
        int oid,
        int xmin,
        @Nullable String rowFilter,
        @Nullable String columnList,
        @Nullable Member member)
        implements Serializable {

    /**
     * A table in a schema. The row of {@code pg_depend} that makes it depend on its schema is
     * written anew by {@code SET SCHEMA} and by nothing else.
     *
     * @param oid the captured table or one above it, unsigned
     * @param xmin the transaction that wrote that row, unsigned
     */
    public record Member(int oid, int xmin) implements Serializable {}

    /** Whether it is the same row, about a table that has stayed where it was. */
    boolean isSameAs(Coverage other) {
        return isSameRowAs(other)
                && (member == null || other.member == null || member.equals(other.member));
    }

    /** Whether it is the same row, wherever the table was. */
    boolean isSameRowAs(Coverage other) {
        return by == other.by && of == other.of && oid == other.oid && xmin == other.xmin;
    }

    /** OID of the table through which it covers: the captured one or one above it. */
    int through() {
        return member == null ? of : member.oid();
    }

    /** What a publication names. */
    public enum By {
        /** The table itself. */
        TABLE,
        /** A partitioned table above it. */
        ANCESTOR,
        /** Its schema. */
        SCHEMA,
        /** The schema of a partitioned table above it. */
        ANCESTOR_SCHEMA
    }
}

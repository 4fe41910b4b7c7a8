package io.nanosync.flink.pg.relation.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code pg_publication_rel} or {@code pg_publication_namespace}: by it a publication
 * covers a table. PostgreSQL never updates such a row: one with the same {@code oid} and {@code
 * xmin} has been there all the time.
 *
 * @param by what it names
 * @param of OID of that table or schema, unsigned
 * @param oid the row's OID, unsigned
 * @param xmin the transaction that wrote it, unsigned
 * @param rowFilter its {@code WHERE} clause; null without one
 * @param columnList the columns that it names; null for all
 */
public record Coverage(
        By by, int of, int oid, int xmin, @Nullable String rowFilter, @Nullable String columnList)
        implements Serializable {

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

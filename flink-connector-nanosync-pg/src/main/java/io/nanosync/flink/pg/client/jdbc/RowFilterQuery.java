package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableRewrittenException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks up under which condition a publication publishes rows of a table. */
final class RowFilterQuery {

    /** A publication of the table's schema, or of all tables, publishes every row. */
    private static final String ROW_FILTER =
            """
            SELECT pg_get_expr(r.prqual, r.prrelid)
              FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
              JOIN pg_class c ON c.oid = r.prrelid
             WHERE p.pubname = ? AND r.prrelid = ?::oid AND r.prqual IS NOT NULL
               AND NOT p.puballtables
               AND NOT EXISTS (SELECT FROM pg_publication_namespace n
                                WHERE n.pnpubid = p.oid AND n.pnnspid = c.relnamespace)
            """;

    private final Session session;

    RowFilterQuery(Session session) {
        this.session = session;
    }

    /** See {@link io.nanosync.flink.pg.client.SnapshotSession#rowFilter}. */
    @Nullable String of(String publication, int table) throws PgException {
        if (session.major() < 15) {
            return null;
        }
        String which = "the row filter of publication \"" + publication + "\"";
        Optional<String> filter =
                session.first(
                        "read " + which,
                        ROW_FILTER,
                        row -> Optional.ofNullable(row.getString(1)),
                        publication,
                        Integer.toUnsignedLong(table));
        if (filter == null) {
            return null;
        }
        // The filter is as of the snapshot; that it is written out needs the table of now.
        return filter.orElseThrow(
                () ->
                        new TableRewrittenException(
                                "Cannot read "
                                        + which
                                        + " on "
                                        + session.endpoint()
                                        + " under the snapshot: its table was dropped. What is left"
                                        + " of the rows must be read again under a new snapshot"));
    }
}

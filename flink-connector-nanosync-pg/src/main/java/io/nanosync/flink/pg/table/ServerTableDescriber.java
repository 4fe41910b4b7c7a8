package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import java.util.function.Function;

/** Opens a session for one question and closes it. */
final class ServerTableDescriber implements TableDescriber {

    private final Function<ConnectionConfig, PgClient> clients;

    ServerTableDescriber(Function<ConnectionConfig, PgClient> clients) {
        this.clients = clients;
    }

    @Override
    public TableSchema describe(ConnectionConfig connection, QualifiedName table)
            throws PgException {
        try (ControlSession session = clients.apply(connection).openControl()) {
            ControlSession.TableDescription description = session.describe(table);
            if (description == null) {
                throw missing(connection, table, session.contents(table.schema()).names());
            }
            requireTable(table, description.kind());
            return description.schema();
        }
    }

    private static PgException missing(
            ConnectionConfig connection, QualifiedName table, List<QualifiedName> there) {
        String nearest =
                NearestName.of(
                        table.toString(), there.stream().map(QualifiedName::toString).toList());
        return PgException.needsPerson(
                "there is no table "
                        + table
                        + " in database "
                        + connection.database()
                        + " on "
                        + connection.address()
                        + (nearest == null ? "" : "; did you mean " + nearest + "?"));
    }

    /**
     * Refuses what can't be captured.
     *
     * @param kind {@code pg_class.relkind}
     */
    static void requireTable(QualifiedName table, char kind) throws PgException {
        String what =
                switch (kind) {
                    case 'r', 'p' -> null;
                    case 'v' -> "a view";
                    case 'm' -> "a materialized view";
                    case 'f' -> "a foreign table";
                    default -> "no table";
                };
        if (what != null) {
            throw PgException.needsPerson(
                    table
                            + " is "
                            + what
                            + ", whose changes PostgreSQL doesn't publish; name a table");
        }
    }
}

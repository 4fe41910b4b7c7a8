package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.config.ByPlace;
import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens a session for one question and closes it. */
final class ServerTableDescriber implements TableDescriber {

    private final Function<ConnectionConfig, PgClient> clients;

    ServerTableDescriber(Function<ConnectionConfig, PgClient> clients) {
        this.clients = clients;
    }

    @Override
    public Checked<List<TableSchema>> describe(ConnectionConfig connection, TableNames tables)
            throws PgException {
        try (ControlSession session = clients.apply(connection).openControl()) {
            TableSelection selection = TableSelection.of(session, tables.entries());
            List<Problem> problems = new ArrayList<>();
            // Planning has nobody to warn.
            for (Finding finding : selection.findings()) {
                problems.add(problem(finding.toString()));
            }
            List<TableSchema> found = new ArrayList<>();
            Set<QualifiedName> missing = new LinkedHashSet<>(selection.tables());
            for (ControlSession.TableDescription description :
                    session.describe(selection.tables(), null)) {
                QualifiedName table = description.schema().name();
                missing.remove(table);
                String unfit = whyUnfit(table, description.kind());
                if (unfit == null) {
                    found.add(description.schema());
                } else {
                    problems.add(problem(unfit));
                }
            }
            for (QualifiedName table : missing) {
                problems.add(
                        problem(
                                missing(
                                        connection,
                                        table,
                                        session.contents(table.schema()).names())));
            }
            return Checked.of(found, problems);
        }
    }

    @Override
    public List<ByPlace> rowTypes(ConnectionConfig connection, List<RowTypes.OfTable> columns)
            throws PgException {
        try (ControlSession session = clients.apply(connection).openControl()) {
            return RowTypes.look(session, columns);
        }
    }

    private static Problem problem(String what) {
        return Problem.of(NameStyle.DASH.of(TableOptions.TABLE_NAME), what);
    }

    private static String missing(
            ConnectionConfig connection, QualifiedName table, List<QualifiedName> there) {
        String nearest =
                NearestName.of(
                        table.toString(), there.stream().map(QualifiedName::toString).toList());
        return "there is no table "
                + table
                + " in database "
                + connection.database()
                + " on "
                + connection.address()
                + (nearest == null ? "" : "; did you mean " + nearest + "?");
    }

    /**
     * Refuses what can't be captured.
     *
     * @param kind {@code pg_class.relkind}
     */
    static void requireTable(QualifiedName table, char kind) throws PgException {
        String unfit = whyUnfit(table, kind);
        if (unfit != null) {
            throw PgException.needsPerson(unfit);
        }
    }

    private static @Nullable String whyUnfit(QualifiedName table, char kind) {
        String what =
                switch (kind) {
                    case 'r', 'p' -> null;
                    case 'v' -> "a view";
                    case 'm' -> "a materialized view";
                    case 'f' -> "a foreign table";
                    default -> "no table";
                };
        return what == null
                ? null
                : table
                        + " is "
                        + what
                        + ", whose changes PostgreSQL doesn't publish; name a table";
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.Factory;
import org.jspecify.annotations.Nullable;

/**
 * The databases of a server and the tables that can be captured there, each time as they are now:
 * every call opens a session, and closes it.
 */
final class NanosyncCatalog extends ReadOnlyCatalog {

    private final Checked<CatalogSettings> checked;
    private final Function<ConnectionConfig, PgClient> clients;

    NanosyncCatalog(
            String name,
            Checked<CatalogSettings> checked,
            Function<ConnectionConfig, PgClient> clients) {
        super(name, defaultDatabase(checked));
        this.checked = checked;
        this.clients = clients;
    }

    /** Flink wants one of a catalog, too, that can't be opened. */
    private static String defaultDatabase(Checked<CatalogSettings> checked) {
        CatalogSettings settings = checked.value();
        return settings == null ? "unknown" : settings.connection().database();
    }

    private CatalogSettings settings() {
        CatalogSettings settings = checked.value();
        if (settings == null) {
            throw new ValidationException(
                    "Cannot open catalog "
                            + getName()
                            + ":\n"
                            + checked.problems().stream()
                                    .map(problem -> "  " + problem)
                                    .collect(Collectors.joining("\n")));
        }
        return settings;
    }

    /** Fails unless all options are right and the default database lets the role in. */
    @Override
    public void open() {
        // Flink adds all options, passwords included, to a CatalogException.
        try {
            session(getDefaultDatabase()).close();
        } catch (PgException e) {
            throw new ValidationException(
                    "Cannot open catalog " + getName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {}

    @Override
    public Optional<Factory> getFactory() {
        return Optional.of(new CatalogTableFactory(settings()));
    }

    @Override
    public List<String> listDatabases() {
        return databases().stream()
                .filter(CatalogSession.Database::mayConnect)
                .map(CatalogSession.Database::name)
                .toList();
    }

    @Override
    public CatalogDatabase getDatabase(String database) throws DatabaseNotExistException {
        CatalogSession.Database found = find(database);
        if (found == null) {
            throw new DatabaseNotExistException(getName(), database);
        }
        return new CatalogDatabaseImpl(Map.of(), found.comment());
    }

    /** Whether it is there: one that lets the role in or not. */
    @Override
    public boolean databaseExists(String database) {
        return find(database) != null;
    }

    private CatalogSession.@Nullable Database find(String database) {
        return databases().stream()
                .filter(candidate -> candidate.name().equals(database))
                .findFirst()
                .orElse(null);
    }

    private List<CatalogSession.Database> databases() {
        try (CatalogSession session = session(getDefaultDatabase())) {
            return session.databases();
        } catch (PgException e) {
            throw failure(e);
        }
    }

    @Override
    public List<String> listTables(String database) throws DatabaseNotExistException {
        try (CatalogSession session = session(database)) {
            return session.tables().stream().map(CatalogTableName::of).toList();
        } catch (PgException e) {
            if (e.saysNoDatabase()) {
                throw new DatabaseNotExistException(getName(), database, e);
            }
            throw failure(e);
        }
    }

    @Override
    public boolean tableExists(ObjectPath path) {
        CatalogSession.Entry entry = entry(path);
        return entry != null && (entry.kind() == 'r' || entry.kind() == 'p');
    }

    /** The table; fails with the reason where it can't be read. */
    @Override
    public CatalogBaseTable getTable(ObjectPath path) throws TableNotExistException {
        CatalogSession.Entry entry = entry(path);
        if (entry == null) {
            throw new TableNotExistException(getName(), path);
        }
        QualifiedName table = entry.schema().name();
        try {
            ServerTableDescriber.requireTable(table, entry.kind());
        } catch (PgException e) {
            throw failure(e);
        }
        requireRights(table, entry);
        CatalogTable.Builder builder =
                CatalogTable.newBuilder()
                        .schema(CatalogSchema.of(entry, settings().changelog()))
                        .options(settings().tableOptions(path.getDatabaseName(), table));
        String comment = entry.comment();
        return comment == null ? builder.build() : builder.comment(comment).build();
    }

    private void requireRights(QualifiedName table, CatalogSession.Entry entry) {
        String role = settings().connection().user();
        String to = " TO " + QualifiedName.quote(role);
        if (!entry.mayUseSchema()) {
            throw refuse(
                    "Role \"" + role + "\" may not use schema \"" + table.schema() + "\"",
                    "GRANT USAGE ON SCHEMA " + QualifiedName.quote(table.schema()) + to);
        }
        if (!entry.maySelect()) {
            throw refuse(
                    "Role \"" + role + "\" may not read " + table,
                    "GRANT SELECT ON TABLE " + table.sql() + to);
        }
    }

    private CatalogException refuse(String what, String remedy) {
        return new CatalogException("Catalog " + getName() + ": " + what + ". Run: " + remedy);
    }

    private CatalogSession.@Nullable Entry entry(ObjectPath path) {
        QualifiedName table = CatalogTableName.parse(path.getObjectName());
        if (table == null) {
            return null;
        }
        try (CatalogSession session = session(path.getDatabaseName())) {
            return session.entry(table);
        } catch (PgException e) {
            if (e.saysNoDatabase()) {
                return null;
            }
            throw failure(e);
        }
    }

    private CatalogSession session(String database) throws PgException {
        return clients.apply(settings().connection().to(database)).openCatalog();
    }

    private CatalogException failure(PgException e) {
        return new CatalogException("Catalog " + getName() + ": " + e.getMessage(), e);
    }
}

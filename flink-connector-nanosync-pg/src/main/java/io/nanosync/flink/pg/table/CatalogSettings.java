package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.DsnText;
import io.nanosync.flink.pg.config.PasswordVariable;
import io.nanosync.flink.pg.config.PipelineNames;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of a catalog, validated.
 *
 * @param connection to the default database
 * @param changelog what changes of its tables look like, unless a table's options say otherwise
 * @param given the options as they were written, of the connection and for tables
 */
record CatalogSettings(
        ConnectionConfig connection, ChangelogOption changelog, Map<String, String> given) {

    private static final String DSN = TableOptions.DSN.name();
    private static final String PASSWORD = TableOptions.PASSWORD.name();

    private static final List<SourceOption<?>> SERVER_AND_ROLE =
            List.of(TableOptions.HOSTNAME, TableOptions.PORT, TableOptions.USERNAME);

    /** Without the options, which hold secrets. */
    @Override
    public String toString() {
        return "CatalogSettings[" + connection + "]";
    }

    /**
     * The options of a table, without secrets: Flink prints them, keeps them in compiled plans, and
     * copies them to other catalogs. The name of a variable that holds one is among them.
     */
    Map<String, String> tableOptions(String database, QualifiedName table) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector", NanosyncTableFactory.IDENTIFIER);
        options.putAll(given);
        options.computeIfPresent(
                PASSWORD, (name, text) -> PasswordVariable.isIn(text) ? text : null);
        String dsn = given.get(DSN);
        if (dsn == null) {
            options.put(TableOptions.DATABASE_NAME.name(), database);
        } else {
            options.put(DSN, DsnText.of(dsn).to(database).toString());
        }
        options.put(TableOptions.TABLE_NAME.name(), table.toString());
        // Names of slots are the whole server's, so the database belongs into it.
        options.putIfAbsent(TableOptions.PIPELINE.name(), PipelineNames.pipeline(database, table));
        return options;
    }

    /**
     * The options of a table of the catalog with the secrets that they need to connect: the
     * password only to the catalog's server and as its role, whatever a hint says.
     *
     * @param beneath options that hold as well where {@code tableOptions} has none of the name
     */
    Map<String, String> withSecrets(Map<String, String> tableOptions, Map<String, String> beneath) {
        Map<String, String> all = new LinkedHashMap<>(beneath);
        all.putAll(tableOptions);
        Map<String, String> options = new LinkedHashMap<>(tableOptions);
        String dsn = given.get(DSN);
        String password = given.get(PASSWORD);
        if (password != null && !all.containsKey(DSN) && isOfThisServer(all)) {
            options.putIfAbsent(PASSWORD, password);
        }
        if (dsn != null) {
            options.computeIfPresent(DSN, (name, shown) -> withSecrets(dsn, shown));
        }
        return options;
    }

    private boolean isOfThisServer(Map<String, String> options) {
        return SERVER_AND_ROLE.stream()
                .allMatch(option -> text(option, options).equals(text(option, given)));
    }

    private static String text(SourceOption<?> option, Map<String, String> options) {
        String byDefault = option.defaultText();
        return options.getOrDefault(option.name(), byDefault == null ? "" : byDefault).strip();
    }

    /** A dsn that a hint put in its place stays as it is. */
    private static String withSecrets(String dsn, String shown) {
        ConnectionConfig connection = Dsn.parse(shown).value();
        if (connection == null) {
            return shown;
        }
        DsnText whole = DsnText.of(dsn).to(connection.database());
        return whole.toString().equals(shown) ? whole.reveal() : shown;
    }
}

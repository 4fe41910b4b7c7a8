package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.SourceOptions;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.factories.FactoryUtil;

/** The options of a Flink table: those of SQL alone, and every property of the source. */
final class TableOptions {

    static final ConfigOption<String> DSN =
            ConfigOptions.key("dsn")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Connection string, with TLS and other options. Instead of it:"
                                    + " hostname, port, database-name, username and password.");
    static final ConfigOption<String> HOSTNAME =
            ConfigOptions.key("hostname")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Host name or address of the server.");
    static final ConfigOption<Integer> PORT =
            ConfigOptions.key("port")
                    .intType()
                    .defaultValue(5432)
                    .withDescription("Port of the server.");
    static final ConfigOption<String> DATABASE_NAME =
            ConfigOptions.key("database-name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Database to connect to.");
    static final ConfigOption<String> USERNAME =
            ConfigOptions.key("username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Role to connect as. It needs REPLICATION and SELECT.");
    static final ConfigOption<String> PASSWORD =
            ConfigOptions.key("password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Its password.");
    static final ConfigOption<String> TABLE_NAME =
            ConfigOptions.key("table-name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The captured table with its schema, quoted as in SQL where needed.");
    static final ConfigOption<String> PIPELINE =
            ConfigOptions.key("pipeline")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Name from which slot and publication get theirs. Default: schema and"
                                    + " table, joined by an underscore.");
    static final ConfigOption<ChangelogOption> CHANGELOG_MODE =
            ConfigOptions.key("changelog-mode")
                    .enumType(ChangelogOption.class)
                    .defaultValue(ChangelogOption.AUTO)
                    .withDescription(
                            "What changes look like. `all`: updates with their old row, deletes"
                                + " whole; needs REPLICA IDENTITY FULL. `upsert`: updates with the"
                                + " new row, deletes with the key; needs a PRIMARY KEY. `append`:"
                                + " every change is an insert, metadata column `op` tells what it"
                                + " was. `auto`: `all` where the table has REPLICA IDENTITY FULL,"
                                + " else `upsert`.");
    static final ConfigOption<TruncatePolicy> TRUNCATE =
            ConfigOptions.key("truncate")
                    .enumType(TruncatePolicy.class)
                    .defaultValue(TruncatePolicy.FAIL)
                    .withDescription(
                            "What a TRUNCATE does, as Flink SQL has no such change. `fail`: the job"
                                    + " fails. `ignore`: rows stay as they are downstream.");
    static final ConfigOption<ToastPolicy> TOAST =
            ConfigOptions.key("toast")
                    .enumType(ToastPolicy.class)
                    .defaultValue(ToastPolicy.FAIL)
                    .withDescription(
                            "What becomes of a large value that an update left alone, so that"
                                + " PostgreSQL didn't send it. `fail`: the job fails. `null`: the"
                                + " column is null. Under REPLICA IDENTITY FULL the value is always"
                                + " there.");

    private TableOptions() {}

    /** Options that must be given. */
    static Set<ConfigOption<?>> required() {
        return Set.of(TABLE_NAME);
    }

    /** Options that may be given, in the order of the guide. */
    static Set<ConfigOption<?>> optional() {
        Set<ConfigOption<?>> options = new LinkedHashSet<>();
        options.add(DSN);
        options.add(HOSTNAME);
        options.add(PORT);
        options.add(DATABASE_NAME);
        options.add(USERNAME);
        options.add(PASSWORD);
        options.add(PIPELINE);
        options.add(CHANGELOG_MODE);
        options.add(TRUNCATE);
        options.add(TOAST);
        options.add(FactoryUtil.SOURCE_PARALLELISM);
        SourceOptions.all().forEach(option -> options.add(text(NameStyle.DASH.of(option))));
        return options;
    }

    /** A property of the source; its value is read by {@link SourceOptions#parse}. */
    static ConfigOption<String> text(String name) {
        return ConfigOptions.key(name).stringType().noDefaultValue();
    }
}

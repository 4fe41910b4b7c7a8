package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.GivenOptions;
import io.nanosync.flink.pg.config.PasswordVariable;
import io.nanosync.flink.pg.config.Secret;
import io.nanosync.flink.pg.config.SourceOption;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how to connect: {@code dsn}, or host, port, database, user and password one by one. */
final class ConnectionOptions {

    private static final List<SourceOption<?>> SINGLE =
            List.of(
                    TableOptions.HOSTNAME,
                    TableOptions.PORT,
                    TableOptions.DATABASE_NAME,
                    TableOptions.USERNAME,
                    TableOptions.PASSWORD);

    private final GivenOptions options;

    private ConnectionOptions(GivenOptions options) {
        this.options = options;
    }

    /** The connection; null when there are problems, which tell nothing of dsn and password. */
    static @Nullable ConnectionConfig read(GivenOptions options) {
        ConnectionOptions reader = new ConnectionOptions(options);
        boolean hasDsn = options.has(TableOptions.DSN);
        ConnectionConfig connection = hasDsn ? reader.fromDsn() : reader.fromSingle();
        SourceOption<?> password = hasDsn ? TableOptions.DSN : TableOptions.PASSWORD;
        return connection == null
                ? null
                : PasswordVariable.resolve(
                        connection, System.getenv(), password.name(), options.problems());
    }

    private @Nullable ConnectionConfig fromDsn() {
        for (SourceOption<?> option : SINGLE) {
            if (options.has(option)) {
                options.report(option, "given beside dsn, which says it already; drop one");
            }
        }
        return options.read(TableOptions.DSN);
    }

    private @Nullable ConnectionConfig fromSingle() {
        String hostname = required(TableOptions.HOSTNAME);
        Integer port = options.read(TableOptions.PORT);
        String database = required(TableOptions.DATABASE_NAME);
        String username = required(TableOptions.USERNAME);
        Secret password = options.read(TableOptions.PASSWORD);
        if (hostname == null || port == null || database == null || username == null) {
            return null;
        }
        // The connection string's reader has the checks of names, and the defaults of the rest.
        Checked<ConnectionConfig> connection =
                Dsn.parse(
                        "postgres://"
                                + encode(username)
                                + (password == null ? "" : ":" + encode(password.reveal()))
                                + "@"
                                + hostname
                                + ":"
                                + port
                                + "/"
                                + encode(database));
        if (connection.value() == null || connection.value().hosts().size() != 1) {
            options.report(
                    TableOptions.HOSTNAME,
                    "found \"" + hostname + "\"",
                    "one host name or address, IPv6 in brackets; several hosts and other options"
                            + " belong into a dsn");
            return null;
        }
        return connection.value();
    }

    private @Nullable String required(SourceOption<String> option) {
        if (!options.has(option)) {
            options.report(option, "missing, and there is no dsn");
            return null;
        }
        return options.read(option);
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

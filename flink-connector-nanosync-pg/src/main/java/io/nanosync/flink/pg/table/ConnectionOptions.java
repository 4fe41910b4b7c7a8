package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how to connect: {@code dsn}, or host, port, database, user and password one by one. */
final class ConnectionOptions {

    private static final List<TableOption<?>> SINGLE =
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
        String dsn = options.text(TableOptions.DSN.name());
        return dsn == null ? reader.fromSingle() : reader.fromDsn(dsn);
    }

    private @Nullable ConnectionConfig fromDsn(String dsn) {
        for (TableOption<?> option : SINGLE) {
            if (options.has(option)) {
                options.problems()
                        .add(
                                Problem.of(
                                        option.name(),
                                        "given beside dsn, which says it already; drop one"));
            }
        }
        Checked<ConnectionConfig> connection = Dsn.parse(dsn);
        options.problems().addAll(connection.problems());
        return connection.value();
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
            options.problems()
                    .add(
                            Problem.of(
                                    TableOptions.HOSTNAME.name(),
                                    "found \"" + hostname + "\"",
                                    "one host name or address, IPv6 in brackets; several hosts and"
                                            + " other options belong into a dsn"));
            return null;
        }
        return connection.value();
    }

    private @Nullable String required(TableOption<String> option) {
        if (!options.has(option)) {
            options.problems().add(Problem.of(option.name(), "missing, and there is no dsn"));
            return null;
        }
        return options.read(option);
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

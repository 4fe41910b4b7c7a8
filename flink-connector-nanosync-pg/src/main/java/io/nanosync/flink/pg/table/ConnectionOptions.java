package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/** Reads how to connect: {@code dsn}, or host, port, database, user and password one by one. */
final class ConnectionOptions {

    private static final List<ConfigOption<?>> SINGLE =
            List.of(
                    TableOptions.HOSTNAME,
                    TableOptions.PORT,
                    TableOptions.DATABASE_NAME,
                    TableOptions.USERNAME,
                    TableOptions.PASSWORD);

    private static final List<ConfigOption<String>> REQUIRED =
            List.of(TableOptions.HOSTNAME, TableOptions.DATABASE_NAME, TableOptions.USERNAME);

    private ConnectionOptions() {}

    /** The connection, or all problems; none of them tells a value. */
    static Checked<ConnectionConfig> read(ReadableConfig options) {
        String dsn = options.get(TableOptions.DSN);
        return dsn == null ? fromSingle(options) : fromDsn(options, dsn);
    }

    private static Checked<ConnectionConfig> fromDsn(ReadableConfig options, String dsn) {
        List<Problem> problems = new ArrayList<>();
        for (ConfigOption<?> option : SINGLE) {
            if (options.getOptional(option).isPresent()) {
                problems.add(
                        Problem.of(
                                option.key(), "given beside dsn, which says it already; drop one"));
            }
        }
        Checked<ConnectionConfig> connection = Dsn.parse(dsn);
        problems.addAll(connection.problems());
        return Checked.of(connection.value(), problems);
    }

    private static Checked<ConnectionConfig> fromSingle(ReadableConfig options) {
        List<Problem> problems = new ArrayList<>();
        for (ConfigOption<String> option : REQUIRED) {
            String value = options.get(option);
            if (value == null || value.isEmpty()) {
                problems.add(
                        Problem.of(
                                option.key(), value == null ? "missing, and no dsn" : "is empty"));
            }
        }
        Integer port = read(options, TableOptions.PORT, problems);
        if (!problems.isEmpty()) {
            return Checked.of(null, problems);
        }
        // The connection string's reader has the checks of names, and the defaults of the rest.
        Checked<ConnectionConfig> connection =
                Dsn.parse(
                        "postgres://"
                                + encode(options.get(TableOptions.USERNAME))
                                + ":"
                                + encode(options.getOptional(TableOptions.PASSWORD).orElse(""))
                                + "@"
                                + options.get(TableOptions.HOSTNAME)
                                + ":"
                                + port
                                + "/"
                                + encode(options.get(TableOptions.DATABASE_NAME)));
        if (connection.value() == null) {
            problems.add(
                    Problem.of(
                            TableOptions.HOSTNAME.key(),
                            "hostname or port can't be used",
                            "a host name or address (IPv6 in brackets) and a port from 1 to"
                                    + " 65535"));
        }
        return Checked.of(connection.value(), problems);
    }

    /** The option's value or default; null with a problem noted when it can't be read. */
    static <T> @Nullable T read(
            ReadableConfig options, ConfigOption<T> option, List<Problem> problems) {
        try {
            return options.get(option);
        } catch (IllegalArgumentException unreadable) {
            Throwable reason = unreadable.getCause() == null ? unreadable : unreadable.getCause();
            problems.add(Problem.of(option.key(), String.valueOf(reason.getMessage())));
            return null;
        }
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

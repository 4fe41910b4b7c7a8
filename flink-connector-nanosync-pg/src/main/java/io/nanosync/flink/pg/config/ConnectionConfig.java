package io.nanosync.flink.pg.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a database.
 *
 * @param hosts one or more, tried in order
 * @param password null when the server asks for none
 * @param connectTimeout how long one attempt to connect may take
 * @param applicationName shown in {@code pg_stat_activity}
 * @param driverProperties further options of the connection string by pgjdbc's names: {@code
 *     sslmode}, {@code sslrootcert}, {@code targetServerType} …
 */
public record ConnectionConfig(
        List<Host> hosts,
        String database,
        String user,
        @Nullable Secret password,
        Duration connectTimeout,
        String applicationName,
        Map<String, String> driverProperties)
        implements Serializable {

    /** A host name or address and a port. */
    public record Host(String name, int port) implements Serializable {
        @Override
        public String toString() {
            return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
        }
    }

    /** The same to another database. */
    public ConnectionConfig to(String otherDatabase) {
        return new ConnectionConfig(
                hosts,
                otherDatabase,
                user,
                password,
                connectTimeout,
                applicationName,
                driverProperties);
    }

    /** The same with another password. */
    ConnectionConfig as(Secret otherPassword) {
        return new ConnectionConfig(
                hosts,
                database,
                user,
                otherPassword,
                connectTimeout,
                applicationName,
                driverProperties);
    }

    /** Without password and driver properties, which may hold secrets. */
    @Override
    public String toString() {
        return "ConnectionConfig[" + user + "@" + address() + "/" + database + "]";
    }

    /** The hosts as {@code a:5432,b:5432}: for messages. */
    public String address() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }
}

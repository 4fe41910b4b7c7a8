package io.nanosync.flink.pg.client.jdbc;

import java.sql.SQLException;
import org.postgresql.Driver;

/**
 * Counts the open connections of this class loader. The driver registers itself with {@code
 * DriverManager}, which keeps its class loader alive for ever, so the last connection to close
 * takes it out, and the first one to open puts it back for others that look for it there.
 */
final class DriverLease {

    private static int users;

    private boolean held = true;

    private DriverLease() {}

    /** Counts one connection that is about to be opened. */
    static DriverLease take() throws SQLException {
        synchronized (DriverLease.class) {
            if (!Driver.isRegistered()) {
                Driver.register();
            }
            users++;
            return new DriverLease();
        }
    }

    /** Counts the connection as closed; once only, from any thread. */
    void release() throws SQLException {
        synchronized (DriverLease.class) {
            if (!held) {
                return;
            }
            held = false;
            if (--users == 0 && Driver.isRegistered()) {
                Driver.deregister();
            }
        }
    }

    /** Connections open now. */
    static int users() {
        synchronized (DriverLease.class) {
            return users;
        }
    }
}

package io.nanosync.flink.pg.testing.verify;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens sessions to the database that is watched, as a superuser. */
@FunctionalInterface
public interface Sessions {

    /** A new session; the caller closes it. */
    Connection open() throws SQLException;
}

package io.nanosync.flink.pg.client.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads one row of a result. */
@FunctionalInterface
interface RowReader<T> {

    T read(ResultSet row) throws SQLException;
}

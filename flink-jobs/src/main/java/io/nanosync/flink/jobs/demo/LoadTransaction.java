package io.nanosync.flink.jobs.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.random.RandomGenerator;

/** One kind of transaction of a {@link LoadGenerator}. Safe for many threads. */
@FunctionalInterface
public interface LoadTransaction {

    /**
     * Changes something.
     *
     * @param connection with a transaction open
     * @return whether to commit; else it is rolled back
     */
    boolean run(Connection connection, RandomGenerator random) throws SQLException;
}

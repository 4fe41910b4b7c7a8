package io.nanosync.flink.jobs.testing;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Runs SQL statements on the cluster that it is submitted to. */
public final class SqlJob {

    private SqlJob() {}

    /**
     * Runs the statements.
     *
     * @param statements one each
     */
    public static void main(String[] statements) {
        TableEnvironment env = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        for (String statement : statements) {
            env.executeSql(statement);
        }
    }
}

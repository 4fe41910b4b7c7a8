package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Gives values to whatever columns the {@link AlterableTables} have just then. */
final class AlteredWriter implements Writer {

    private final Random random;
    private final AtomicLong committed;

    /**
     * @param number of the client
     * @param committed counts the transactions
     */
    AlteredWriter(int number, long seed, AtomicLong committed) {
        this.random = new Random(seed * 31 + number);
        this.committed = committed;
    }

    @Override
    public void transaction(Connection connection) throws SQLException {
        Random draws = new Random(random.nextLong());
        boolean rolledBack = random.nextInt(8) == 0;
        try (Statement statement = connection.createStatement()) {
            for (int i = draws.nextInt(3); i >= 0; i--) {
                List<QualifiedName> tables = AlterableTables.names();
                QualifiedName table = tables.get(draws.nextInt(tables.size()));
                String values = values(statement, table, draws);
                int first = draws.nextInt(4_000);
                String key = LoadTables.key(table);
                statement.execute(
                        "UPDATE %s SET %s WHERE %s BETWEEN %d AND %d"
                                .formatted(
                                        table.sql(),
                                        values,
                                        key,
                                        key.equals("n") ? first % 100 : first,
                                        key.equals("n") ? first % 100 : first + 5));
            }
            if (rolledBack) {
                connection.rollback();
            } else {
                connection.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            // A column that went meanwhile, a deadlock, or the server is gone: then this throws.
            connection.rollback();
        }
        Pause.millis(random.nextInt(60));
    }

    private static String values(Statement statement, QualifiedName table, Random draws)
            throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet columns =
                statement.executeQuery(
                        ("SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE"
                                        + " attrelid = '%s'::regclass AND attnum > 0 AND NOT"
                                        + " attisdropped AND attname LIKE '%s'")
                                .formatted(table.sql(), AlterableTables.COLUMNS))) {
            while (columns.next()) {
                if (draws.nextInt(3) > 0) {
                    values.add(
                            columns.getString(1)
                                    + " = "
                                    + AlterableTables.value(columns.getString(2)));
                }
            }
        }
        String key = LoadTables.key(table);
        return values.isEmpty() ? key + " = " + key : String.join(", ", values);
    }
}

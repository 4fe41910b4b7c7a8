package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.jobs.history.Pause;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Moves rows from one range of values to another and to null and back, and deletes and inserts them
 * around where ranges meet: near the parts of a whole, as the numbers of a {@link Spread} are even.
 */
final class RangeWriter implements Writer {

    private static final List<QualifiedName> TABLES =
            List.of("plain", "keyless", "parted", "toasted", "whole", "divided").stream()
                    .map(LoadTables::name)
                    .toList();

    private static final int ROWS = 6_400;

    /** Beyond those of the other clients. */
    private static final long FIRST_ID = 100_000_000_000L;

    private final Division division;
    private final Random random;
    private final AtomicLong committed;
    private long nextId = FIRST_ID;

    /**
     * @param committed counts the transactions
     */
    RangeWriter(Division division, long seed, AtomicLong committed) {
        this.division = division;
        this.random = new Random(seed);
        this.committed = committed;
    }

    @Override
    public void transaction(Connection connection) throws SQLException {
        boolean rolledBack = random.nextInt(8) == 0;
        int count = 1 + random.nextInt(4);
        Random draws = new Random(random.nextLong());
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < count; i++) {
                statement.execute(move(draws));
            }
            if (rolledBack) {
                connection.rollback();
            } else {
                connection.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            // A deadlock, or the server is gone: then this throws.
            connection.rollback();
        }
        Pause.millis(random.nextInt(60));
    }

    private String move(Random draws) {
        QualifiedName table = TABLES.get(draws.nextInt(TABLES.size()));
        Spread spread = division.part(table).spread();
        int first = 1 + draws.nextInt(ROWS);
        String some =
                table.name().equals("keyless")
                        ? "n = " + first % 100
                        : "id BETWEEN " + first + " AND " + (first + draws.nextInt(12));
        String meeting = spread.value(Integer.toString(meeting(draws)));
        return switch (draws.nextInt(10)) {
            case 0, 1 -> set(table, meeting, some);
            case 2 -> set(table, "NULL", some);
            case 3 -> set(table, meeting, "spread IS NULL AND " + some);
            case 4 -> set(table, spread.value(anywhere(draws)), some);
            case 5 -> set(table, spread.value(anywhere(draws)), "spread = " + meeting);
            case 6 -> set(table, "CASE WHEN spread IS NULL THEN " + meeting + " END", some);
            case 7 -> "DELETE FROM %s WHERE spread = %s".formatted(table.sql(), meeting);
            case 8 -> "DELETE FROM %s WHERE spread IS NULL AND %s".formatted(table.sql(), some);
            default -> insert(table, draws.nextInt(4) == 0 ? "NULL" : meeting, draws);
        };
    }

    /** A number next to where parts of a whole meet. */
    private static int meeting(Random draws) {
        int parts = 2 + draws.nextInt(11);
        int number = Spread.NUMBERS * (1 + draws.nextInt(parts - 1)) / parts;
        return number - 2 + draws.nextInt(5);
    }

    private static String anywhere(Random draws) {
        return Integer.toString(draws.nextInt(Spread.NUMBERS));
    }

    private static String set(QualifiedName table, String value, String rows) {
        return "UPDATE %s SET spread = %s WHERE %s".formatted(table.sql(), value, rows);
    }

    private String insert(QualifiedName table, String value, Random draws) {
        long id = table.name().equals("keyless") ? draws.nextInt(100) : nextId++;
        String region = draws.nextBoolean() ? "'a'" : "'b'";
        return table.name().equals("parted") || table.name().equals("divided")
                ? "INSERT INTO %s (id, region, spread) VALUES (%d, %s, %s)"
                        .formatted(table.sql(), id, region, value)
                : "INSERT INTO %s (%s, spread) VALUES (%d, %s)"
                        .formatted(table.sql(), LoadTables.key(table), id, value);
    }
}

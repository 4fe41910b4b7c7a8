package io.nanosync.flink.jobs.docs;

import io.nanosync.flink.jobs.demo.LoadGenerator;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes orders and customers of {@code docs/sql.md}: totals, who ordered, where customers live,
 * keys, and which rows there are. Countries with a single customer come and go.
 */
final class SalesLoad {

    private static final int COUNTRIES = 8;
    private static final int CUSTOMERS = 200;
    private static final int ORDERS = 20_000;

    private SalesLoad() {}

    static void fill(TestDatabase shop) {
        shop.execute(
                "INSERT INTO customers SELECT 'c' || i, 'country ' || i % "
                        + COUNTRIES
                        + " FROM generate_series(1, "
                        + CUSTOMERS
                        + ") i",
                "INSERT INTO orders SELECT i + 10, 'c' || i % "
                        + CUSTOMERS
                        + ", i / 7.0, NULL, now() FROM generate_series(1, "
                        + ORDERS
                        + ") i");
    }

    static LoadGenerator start(TestDatabase shop) {
        return LoadGenerator.start(shop::connect, List.of(SalesLoad::change), 2, 60, 1);
    }

    private static boolean change(Connection connection, RandomGenerator random)
            throws SQLException {
        int order = random.nextInt(ORDERS) + 11;
        int customer = random.nextInt(CUSTOMERS);
        String where = " WHERE id = " + order;
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orders SET total = total + 1" + where);
            switch (random.nextInt(6)) {
                case 0 ->
                        statement.execute(
                                "UPDATE orders SET customer = 'c" + customer + "'" + where);
                case 1 -> statement.execute("DELETE FROM orders" + where);
                case 2 -> statement.execute("UPDATE orders SET id = -id" + where);
                case 3 ->
                        statement.execute(
                                "INSERT INTO orders SELECT max(id) + 1, 'c"
                                        + customer
                                        + "', 7.5 FROM orders ON CONFLICT DO NOTHING");
                case 4 ->
                        statement.execute(
                                "UPDATE customers SET country = "
                                        + (random.nextBoolean()
                                                ? "'of ' || name"
                                                : "'country " + random.nextInt(COUNTRIES) + "'")
                                        + " WHERE name = 'c"
                                        + customer
                                        + "'");
                default ->
                        statement.execute(
                                "UPDATE customers SET name = name || 'x' WHERE name = 'c"
                                        + customer
                                        + "'");
            }
        }
        return random.nextInt(10) != 0;
    }
}

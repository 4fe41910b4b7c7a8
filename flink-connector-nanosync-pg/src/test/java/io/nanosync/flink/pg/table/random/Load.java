package io.nanosync.flink.pg.table.random;

import io.nanosync.flink.pg.table.random.PgTable.PgColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Random transactions on some tables, one behind the other. */
final class Load {

    /** So many keys there are. */
    private static final int KEYS = 24;

    /** So many values other columns have. */
    private static final int VALUES = 6;

    private final Draw draw;
    private final List<PgTable> tables;
    private final Connection connection;

    Load(Draw draw, List<PgTable> tables, Connection connection) throws SQLException {
        this.draw = draw;
        this.tables = tables;
        this.connection = connection;
        connection.setAutoCommit(false);
    }

    void transactions(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            transaction();
        }
    }

    private void transaction() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int changes = draw.of(1, 1, 1, 2, 3, 6);
            for (int i = 0; i < changes; i++) {
                change(statement);
            }
            if (draw.chance(10)) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }
    }

    /** One that PostgreSQL refuses, since a key is there already, is as if it hadn't been. */
    private void change(Statement statement) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            for (String sql : change(draw.of(tables))) {
                statement.execute(sql);
            }
            if (draw.chance(10)) {
                connection.rollback(before);
            }
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith("23")) {
                throw e;
            }
            connection.rollback(before);
        }
    }

    private String update(PgTable table, PgColumn column, String value) {
        return "UPDATE " + table.name() + " SET " + column.name() + " = " + value + where(table);
    }

    private List<String> change(PgTable table) {
        int which = draw.below(100);
        if (which < 40) {
            return List.of(
                    insert(table, draw.of(1, 1, 2, 5))
                            + (draw.chance(80) ? " ON CONFLICT DO NOTHING" : ""));
        }
        if (which < 70) {
            PgColumn column = draw.of(table.columns());
            return List.of(update(table, column, value(table, column)));
        }
        if (which < 76) {
            PgColumn column = draw.of(table.columns());
            return List.of(update(table, column, column.name()));
        }
        if (which < 88 || table.primaryKey().isEmpty()) {
            return List.of("DELETE FROM " + table.name() + where(table));
        }
        List<String> values = row(table);
        String key =
                table.primaryKey().stream()
                        .map(
                                name ->
                                        name
                                                + " = "
                                                + values.get(
                                                        table.columns()
                                                                .indexOf(table.column(name))))
                        .collect(Collectors.joining(" AND "));
        String insert =
                "INSERT INTO " + table.name() + " VALUES (" + String.join(", ", values) + ")";
        return which < 95
                ? List.of("DELETE FROM " + table.name() + " WHERE " + key, insert)
                : List.of(
                        "DELETE FROM " + table.name() + " WHERE " + key,
                        insert,
                        "DELETE FROM " + table.name() + " WHERE " + key);
    }

    private String insert(PgTable table, int rows) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            all.add("(" + String.join(", ", row(table)) + ")");
        }
        return "INSERT INTO " + table.name() + " VALUES " + String.join(", ", all);
    }

    private List<String> row(PgTable table) {
        return table.columns().stream()
                .map(column -> value(table, column))
                .collect(Collectors.toList());
    }

    private String value(PgTable table, PgColumn column) {
        if (!column.notNull() && draw.chance(25)) {
            return "NULL";
        }
        boolean key = table.keyColumns().contains(column.name());
        return "'" + column.type().value(draw.below(key ? KEYS : VALUES)) + "'";
    }

    /** Mostly few rows, at times all. */
    private String where(PgTable table) {
        if (draw.chance(4)) {
            return "";
        }
        PgColumn column =
                table.primaryKey().isEmpty() || draw.chance(30)
                        ? draw.of(table.columns())
                        : table.column(draw.of(table.primaryKey()));
        String value = value(table, column);
        String condition =
                value.equals("NULL") ? column.name() + " IS NULL" : column.name() + " = " + value;
        return " WHERE " + condition;
    }

    /**
     * A last transaction that changes each table.
     *
     * @return a place in the WAL behind all others and in front of its commit
     */
    String last() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (PgTable table : tables) {
                PgColumn column = table.columns().get(0);
                statement.execute(insert(table, 2) + " ON CONFLICT DO NOTHING");
                statement.execute(
                        "UPDATE " + table.name() + " SET " + column.name() + " = " + column.name());
            }
            try (var lsn = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
                lsn.next();
                String place = lsn.getString(1);
                connection.commit();
                return place;
            }
        }
    }
}

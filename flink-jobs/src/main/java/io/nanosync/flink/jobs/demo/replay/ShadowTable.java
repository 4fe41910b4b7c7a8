package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A table of the source's shape, without its constraints, into which a stream of rows and changes
 * is replayed. Its connection has the driver property {@code stringtype = unspecified}, so that
 * PostgreSQL reads each value by the column's own input function.
 */
final class ShadowTable implements AutoCloseable {

    private static final int COPY_BYTES = 1 << 16;

    private final Connection connection;
    private final QualifiedName shadow;
    private final Map<String, String> types;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private long missed;

    private ShadowTable(Connection connection, QualifiedName shadow, Map<String, String> types) {
        this.connection = connection;
        this.shadow = shadow;
        this.types = types;
    }

    /**
     * Makes an empty table in the schema {@code shadow}.
     *
     * @param connection closed with this object
     */
    static ShadowTable create(Connection connection, QualifiedName source, QualifiedName shadow)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE UNLOGGED TABLE %s AS SELECT * FROM %s WITH NO DATA"
                            .formatted(shadow.sql(), source.sql()));
        }
        return new ShadowTable(connection, shadow, types(connection, shadow));
    }

    private static Map<String, String> types(Connection connection, QualifiedName table)
            throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE"
                                + " attrelid = ?::regclass AND attnum > 0 ORDER BY attnum")) {
            statement.setString(1, table.sql());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return types;
    }

    /** Changes that should have met one row and met none. */
    long missed() {
        return missed;
    }

    /** Loads the snapshot rows of a file that stand behind a position; how many. */
    long copy(ArrowRows rows, Position behind) throws IOException, SQLException {
        String columns =
                String.join(
                        ", ", rows.columns("after").stream().map(QualifiedName::quote).toList());
        CopyIn copy =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY %s (%s) FROM STDIN".formatted(shadow.sql(), columns));
        StringBuilder lines = new StringBuilder(COPY_BYTES * 2);
        while (rows.next()) {
            if (rows.op() == Op.READ && rows.position().compareTo(behind) > 0) {
                line(lines, values(rows, "after"));
                if (lines.length() > COPY_BYTES) {
                    write(copy, lines);
                }
            }
        }
        write(copy, lines);
        return copy.endCopy();
    }

    private static void line(StringBuilder lines, List<@Nullable String> values) {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                lines.append('\t');
            }
            String value = values.get(i);
            if (value == null) {
                lines.append("\\N");
            } else {
                escape(lines, value);
            }
        }
        lines.append('\n');
    }

    private static void escape(StringBuilder lines, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> lines.append("\\\\");
                case '\t' -> lines.append("\\t");
                case '\n' -> lines.append("\\n");
                case '\r' -> lines.append("\\r");
                default -> lines.append(c);
            }
        }
    }

    private static void write(CopyIn copy, StringBuilder lines) throws SQLException {
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        lines.setLength(0);
    }

    /** Makes changes find their rows fast; call once between snapshot and changes. */
    void index(String column) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE INDEX ON %s (%s)".formatted(shadow.sql(), QualifiedName.quote(column)));
            statement.execute("ANALYZE " + shadow.sql());
        }
    }

    /** Applies one change. */
    void apply(ArrowRows row) throws SQLException {
        switch (row.op()) {
            case TRUNCATE -> execute("TRUNCATE " + shadow.sql(), List.of());
            case READ, INSERT -> insert(row);
            case UPDATE -> update(row);
            case DELETE -> delete(row);
        }
    }

    private void insert(ArrowRows row) throws SQLException {
        List<String> columns = row.columns("after");
        execute(
                "INSERT INTO %s (%s) VALUES (%s)"
                        .formatted(
                                shadow.sql(),
                                String.join(
                                        ", ", columns.stream().map(QualifiedName::quote).toList()),
                                String.join(", ", columns.stream().map(this::parameter).toList())),
                values(row, "after"));
    }

    private void update(ArrowRows row) throws SQLException {
        List<String> columns = row.columns("after");
        List<@Nullable String> after = values(row, "after");
        List<Integer> unchanged = row.unchanged();
        List<String> sets = new ArrayList<>();
        List<@Nullable String> parameters = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!unchanged.contains(i)) {
                sets.add(QualifiedName.quote(columns.get(i)) + " = " + parameter(columns.get(i)));
                parameters.add(after.get(i));
            }
        }
        String where = where(row, parameters);
        change(
                "UPDATE %s SET %s %s".formatted(shadow.sql(), String.join(", ", sets), where),
                parameters);
    }

    private void delete(ArrowRows row) throws SQLException {
        List<@Nullable String> parameters = new ArrayList<>();
        String where = where(row, parameters);
        change("DELETE FROM %s %s".formatted(shadow.sql(), where), parameters);
    }

    /**
     * One row that has the old row's identity; where no old row was sent, its key didn't change and
     * is that of the new one. Of equal rows any one will do.
     */
    private String where(ArrowRows row, List<@Nullable String> parameters) {
        List<String> identity = row.columns("before");
        List<@Nullable String> old = row.values("before");
        List<@Nullable String> values = old == null ? identityOfNew(row, identity) : old;
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < identity.size(); i++) {
            String column = QualifiedName.quote(identity.get(i));
            String value = values.get(i);
            if (i == 0 && value != null) {
                // Lets the index be used.
                conditions.add(column + " = " + parameter(identity.get(i)));
                parameters.add(value);
            }
            // As text, since some types can't be compared, and others call different values equal.
            conditions.add(
                    column
                            + "::text IS NOT DISTINCT FROM "
                            + parameter(identity.get(i))
                            + "::text");
            parameters.add(value);
        }
        return "WHERE ctid = (SELECT ctid FROM %s WHERE %s LIMIT 1)"
                .formatted(shadow.sql(), String.join(" AND ", conditions));
    }

    private static List<@Nullable String> identityOfNew(ArrowRows row, List<String> identity) {
        List<String> columns = row.columns("after");
        List<@Nullable String> after = values(row, "after");
        List<@Nullable String> values = new ArrayList<>();
        for (String column : identity) {
            values.add(after.get(columns.indexOf(column)));
        }
        return values;
    }

    private String parameter(String column) {
        return "?::" + types.get(column);
    }

    private static List<@Nullable String> values(ArrowRows row, String struct) {
        List<@Nullable String> values = row.values(struct);
        if (values == null) {
            throw new IllegalStateException(
                    row.op() + " at " + row.position() + " has no row in \"" + struct + "\"");
        }
        return values;
    }

    private void change(String sql, List<@Nullable String> parameters) throws SQLException {
        if (execute(sql, parameters) == 0) {
            missed++;
        }
    }

    private int execute(String sql, List<@Nullable String> parameters) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < parameters.size(); i++) {
            statement.setString(i + 1, parameters.get(i));
        }
        return statement.executeUpdate();
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

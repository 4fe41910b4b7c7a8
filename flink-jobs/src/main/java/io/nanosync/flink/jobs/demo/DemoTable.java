package io.nanosync.flink.jobs.demo;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of the demo: what each is there to show stands in its SQL script. */
public enum DemoTable {
    ORDERS("orders", 65, Long.MAX_VALUE),
    EVENTS("events", 12, Long.MAX_VALUE),
    PAYMENTS("payments", 15, Long.MAX_VALUE),
    CATALOGUE("catalogue", 8, Long.MAX_VALUE),
    DOCUMENTS("documents", 1, 2_000),
    PRICE_LISTS("Price Lists", 1, 400),
    RETURNS("returns", 0, 0),
    MARKER("marker", 0, 0);

    /** The schema that holds them. */
    public static final String SCHEMA = "shop";

    private final String table;
    private final int percent;
    private final long mostRows;

    DemoTable(String table, int percent, long mostRows) {
        this.table = table;
        this.percent = percent;
        this.mostRows = mostRows;
    }

    /** The table's name. */
    public QualifiedName qualifiedName() {
        return new QualifiedName(SCHEMA, table);
    }

    /** How many rows it gets when all tables together get about {@code total}. */
    public long rows(long total) {
        return Math.min(total * percent / 100, mostRows);
    }

    /** Creates the schema; the tables come after. */
    public static void createSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + SCHEMA);
        }
    }

    /** Creates the table, fills it, and gathers its statistics. */
    public void load(Connection connection, long total) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script().replace("${rows}", Long.toString(rows(total))));
            statement.execute("ANALYZE " + qualifiedName().sql());
        }
    }

    private String script() throws IOException {
        String resource = table.toLowerCase(java.util.Locale.ROOT).replace(' ', '_') + ".sql";
        try (InputStream in = DemoTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("Resource " + resource + " of the demo is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

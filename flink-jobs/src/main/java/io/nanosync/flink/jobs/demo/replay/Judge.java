package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.jobs.demo.LoadGenerator.ConnectionSource;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares tables with what arrived of them, by PostgreSQL's own text of every row. */
public final class Judge {

    private static final String SCHEMA = "shadow";

    private final ConnectionSource connections;

    /**
     * @param connections to the source database, as superuser, with the driver property {@code
     *     stringtype = unspecified}
     */
    public Judge(ConnectionSource connections) {
        this.connections = connections;
    }

    /**
     * Replays the committed files below a folder and compares. Nothing may write to the tables.
     *
     * @return one verdict a table, in the given order
     * @throws IOException also when a file belongs to none of the tables
     */
    public List<TableVerdict> judge(Path folder, List<QualifiedName> tables)
            throws IOException, SQLException {
        Map<QualifiedName, List<ArrivedFile>> files = ArrivedFile.below(folder);
        for (QualifiedName table : files.keySet()) {
            if (!tables.contains(table)) {
                throw new IOException("Files of a table that isn't captured: " + table);
            }
        }
        execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
        List<TableVerdict> verdicts = new ArrayList<>();
        for (QualifiedName table : tables) {
            verdicts.add(judge(table, files.getOrDefault(table, List.of())));
        }
        return verdicts;
    }

    private TableVerdict judge(QualifiedName table, List<ArrivedFile> files)
            throws IOException, SQLException {
        QualifiedName shadowName = new QualifiedName(SCHEMA, table.name());
        execute("DROP TABLE IF EXISTS " + shadowName.sql());
        try (ShadowTable shadow = ShadowTable.create(open(), table, shadowName)) {
            Replay replay = new Replay(files, shadow);
            replay.run();
            TableVerdict.Content source = content(table);
            TableVerdict.Content arrived = content(shadowName);
            boolean same = source.equals(arrived);
            return new TableVerdict(
                    table,
                    replay.snapshotRows(),
                    replay.changes(),
                    source,
                    arrived,
                    same ? 0 : count(table, shadowName),
                    same ? 0 : count(shadowName, table),
                    shadow.missed());
        }
    }

    /** A session whose output settings make text exact. */
    private Connection open() throws SQLException {
        Connection connection = connections.open();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET DateStyle = ISO");
            statement.execute("SET IntervalStyle = postgres");
            statement.execute("SET extra_float_digits = 1");
            statement.execute("SET lc_monetary = 'C'");
            statement.execute("SET work_mem = '256MB'");
        }
        return connection;
    }

    /**
     * 128 bits of hash a row, added up: doubled and lost rows change the sum, the order doesn't.
     */
    private TableVerdict.Content content(QualifiedName table) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT count(*), md5(concat(
                                    sum(hashtextextended(t::text, 0)::numeric), ' ',
                                    sum(hashtextextended(t::text, 1)::numeric)))
                                FROM %s t
                                """
                                        .formatted(table.sql()))) {
            rows.next();
            return new TableVerdict.Content(rows.getLong(1), rows.getString(2));
        }
    }

    /** Rows of one table that the other lacks, each as often as it is lacking. */
    private long count(QualifiedName table, QualifiedName other) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT count(*) FROM (
                                    SELECT t::text FROM %s t EXCEPT ALL SELECT t::text FROM %s t) d
                                """
                                        .formatted(table.sql(), other.sql()))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

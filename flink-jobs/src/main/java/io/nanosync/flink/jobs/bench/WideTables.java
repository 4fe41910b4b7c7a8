package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables of thirty columns, of which three are wanted. */
final class WideTables {

    /** Beside the key. */
    private static final int GROUPS = 5;

    /** The columns that are wanted: the key, and the first number and text. */
    static final List<String> WANTED = List.of("id", "amount1", "note1");

    private final Database database;

    WideTables(Database database) {
        this.database = database;
    }

    /** An empty table of thirty columns with its publication, {@link BenchTables#publication}. */
    QualifiedName create(String name) throws SQLException {
        QualifiedName table = new QualifiedName("public", name);
        database.execute(
                "CREATE TABLE "
                        + table.sql()
                        + " (id bigint PRIMARY KEY, kind text NOT NULL, flag boolean NOT NULL, day"
                        + " date NOT NULL, code uuid NOT NULL, "
                        + groups(
                                "quantity%1$d integer NOT NULL, amount%1$d numeric(12,2) NOT NULL,"
                                        + " at%1$d timestamptz NOT NULL, note%1$d text NOT NULL,"
                                        + " weight%1$d float8 NOT NULL")
                        + ")",
                "CREATE PUBLICATION "
                        + BenchTables.publication(name)
                        + " FOR TABLE "
                        + table.sql());
        return table;
    }

    /** The statement that inserts rows with ids from {@code first} to {@code last}. */
    static String insert(QualifiedName table, String first, String last) {
        return "INSERT INTO "
                + table.sql()
                + " SELECT i, 'kind ' || i % 9, i % 2 = 0, date '2024-01-01' + (i % 700)::integer,"
                + " md5(i::text)::uuid, "
                + groups(
                        "i * 7919 %% 100003 + %1$d, (i * 37 %% 1000000)::numeric / 100, timestamptz"
                            + " '2025-01-01 00:00:00+00' + i * interval '1 second', 'note %1$d of"
                            + " row ' || i, i / 7.0")
                + " FROM generate_series("
                + first
                + "::bigint, "
                + last
                + ") i";
    }

    private static String groups(String columns) {
        return IntStream.rangeClosed(1, GROUPS)
                .mapToObj(group -> columns.formatted(group))
                .collect(Collectors.joining(", "));
    }
}

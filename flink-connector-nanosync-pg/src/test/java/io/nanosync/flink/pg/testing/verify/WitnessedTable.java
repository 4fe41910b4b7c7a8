package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Table {@code t (id int PRIMARY KEY)} in a database of its own, a witness of its changes, and what
 * may arrive of them.
 */
final class WitnessedTable implements AutoCloseable {

    static final QualifiedName NAME = new QualifiedName("public", "t");

    private final TestDatabase database = TestPostgres.shared(18).createDatabase();
    private final Witness witness;
    private final List<WitnessedTransaction> transactions = new ArrayList<>();

    WitnessedTable() throws SQLException {
        database.execute("CREATE TABLE t (id int PRIMARY KEY)");
        witness = Witness.start(database::connect, database.name() + "_witness");
    }

    /** Inserts rows in one transaction; gives where the WAL ends then. */
    Lsn insert(int first, int last) {
        return execute("INSERT INTO t SELECT generate_series(%d, %d)".formatted(first, last));
    }

    /** Gives where the WAL ends then. */
    Lsn execute(String sql) {
        database.execute(sql);
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    int oid() {
        return (int) database.queryLong("SELECT 't'::regclass::oid::bigint");
    }

    /** All has happened. */
    void replay() throws SQLException {
        witness.replay(transactions::add);
    }

    Witness witness() {
        return witness;
    }

    List<WitnessedTransaction> transactions() {
        return transactions;
    }

    /** Rows of a snapshot. */
    static List<ArrivedRow> shown(Lsn point, int... ids) {
        List<ArrivedRow> rows = new ArrayList<>();
        for (int id : ids) {
            rows.add(new ArrivedRow(point, 0, RowEvent.read("id=" + id)));
        }
        return rows;
    }

    /** The truncate of a snapshot that begins again. */
    static List<ArrivedRow> restart(Lsn point) {
        RowEvent truncate = new RowEvent(RowEvent.SNAPSHOT, 't', null, null);
        return List.of(new ArrivedRow(point, ArrivedRow.RESTART, truncate));
    }

    /** Inserts, as changes. */
    List<ArrivedRow> inserted(int... ids) {
        List<ArrivedRow> rows = new ArrayList<>();
        for (int id : ids) {
            for (WitnessedTransaction transaction : transactions) {
                if (transaction.lines().toString().contains("newRow={id=" + id + "}")) {
                    rows.add(
                            new ArrivedRow(
                                    new Lsn(transaction.end().value() - 8),
                                    id,
                                    new RowEvent(transaction.xid(), 'i', null, "id=" + id)));
                }
            }
        }
        return rows;
    }

    /** Rows one behind the other. */
    @SafeVarargs
    static List<ArrivedRow> of(List<ArrivedRow>... parts) {
        List<ArrivedRow> rows = new ArrayList<>();
        for (List<ArrivedRow> part : parts) {
            rows.addAll(part);
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        witness.close();
        database.close();
    }
}

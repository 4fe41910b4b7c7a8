package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Table {@code t} is captured all the time and read again once; rows 1 to 3 are there at first, 11
 * to 13 and 21 come before it is read again, the stream stands between these, 31 comes then.
 */
class ResnapshotsTest {

    private static final QualifiedName TABLE = new QualifiedName("public", "t");
    private static final String INSERT = "INSERT INTO t SELECT generate_series(%d, %d)";

    private static TestDatabase database;
    private static Witness witness;
    private static final List<WitnessedTransaction> TRANSACTIONS = new ArrayList<>();
    private static Lsn first;
    private static Lsn checkpointed;
    private static Lsn asked;
    private static Lsn read;
    private static Lsn done;

    @BeforeAll
    static void loadAndChange() throws SQLException {
        database = TestPostgres.shared(18).createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY)");
        witness = Witness.start(database::connect, database.name() + "_witness");
        database.execute(INSERT.formatted(1, 3));
        first = now();
        database.execute(INSERT.formatted(11, 13));
        checkpointed = now();
        database.execute(INSERT.formatted(21, 21));
        asked = now();
        database.execute("DELETE FROM t WHERE id = 3");
        read = now();
        database.execute(INSERT.formatted(31, 31));
        done = now();
        witness.replay(TRANSACTIONS::add);
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        witness.close();
        database.close();
    }

    private static Lsn now() {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    private static List<ArrivedRow> shown(Lsn point, int... ids) {
        List<ArrivedRow> rows = new ArrayList<>();
        for (int id : ids) {
            rows.add(new ArrivedRow(point, 0, RowEvent.read("id=" + id)));
        }
        return rows;
    }

    private static List<ArrivedRow> inserted(int... ids) {
        List<ArrivedRow> rows = new ArrayList<>();
        for (int id : ids) {
            for (WitnessedTransaction transaction : TRANSACTIONS) {
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

    private static List<ArrivedRow> restart(Lsn point) {
        return List.of(
                new ArrivedRow(
                        point,
                        ArrivedRow.RESTART,
                        new RowEvent(RowEvent.SNAPSHOT, 't', null, null)));
    }

    private static List<ArrivedRow> readAgain() {
        return of(restart(read), shown(read, 1, 2, 11, 12, 13, 21), inserted(31));
    }

    @SafeVarargs
    private static List<ArrivedRow> of(List<ArrivedRow>... parts) {
        List<ArrivedRow> rows = new ArrayList<>();
        for (List<ArrivedRow> part : parts) {
            rows.addAll(part);
        }
        return rows;
    }

    private static Resnapshot request(@Nullable Lsn done) {
        return new Resnapshot(TABLE, asked, checkpointed, done);
    }

    private static Verdict verdict(List<Resnapshot> requests, List<ArrivedRow> rows)
            throws SQLException {
        SnapshotPlaces places = new SnapshotPlaces(Set.of(first), read);
        return new ExactlyOnce(witness, places, table -> PublishedPart.WHOLE, requests)
                .check(
                        Lives.of(
                                List.of(Life.always(TABLE)),
                                List.of(new ArrowFiles.ArrivedFile(TABLE, "1", rows))));
    }

    private static List<String> differences(List<ArrivedRow> before) throws SQLException {
        Verdict verdict = verdict(List.of(request(done)), of(before, readAgain()));
        assertThat(verdict.notAsAsked()).isEmpty();
        assertThat(verdict.readAgain()).isEqualTo(1);
        return verdict.differences();
    }

    private static String former(String difference) {
        return "public.t, before it was read again at " + read + ": " + difference;
    }

    @Test
    void acceptsATableThatIsReadAgainWhereverTheStreamStood() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 3), inserted(11, 12, 13)))).isEmpty();
        assertThat(differences(of(shown(first, 1, 2, 3), inserted(11, 12, 13, 21)))).isEmpty();
    }

    @Test
    void findsWhatWasLostBefore() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 3), inserted(11, 13))))
                .contains(former("1 missing, the first:"));
        assertThat(differences(of(shown(first, 1, 2, 3), inserted(11, 13, 21))))
                .contains(former("1 missing, the first:"));
        assertThat(differences(of(shown(first, 1, 3), inserted(11, 12, 13))))
                .contains(former("1 missing, the first:"));
    }

    /** The job goes back to its newest checkpoint, which has more. */
    @Test
    void findsThatTheStreamWentBackTooFar() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 3), inserted(11, 12))))
                .contains(former("1 missing, the first:"));
    }

    @Test
    void findsWhatCameTwiceBefore() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 2, 3), inserted(11, 12, 13))))
                .contains(former("1 arrived more than once, the first:"));
        assertThat(differences(of(shown(first, 1, 2, 3), inserted(11, 11, 12, 13))))
                .contains(former("1 arrived more than once, the first:"));
    }

    @Test
    void findsARequestThatIsNotAnswered() throws SQLException {
        List<ArrivedRow> rows = of(shown(first, 1, 2, 3), inserted(11, 12, 13, 21));

        assertThat(verdict(List.of(request(done)), rows).notAsAsked())
                .containsExactly(request(done) + ": read for the last time at " + first);
        assertThat(verdict(List.of(request(null)), of(rows, readAgain())).notAsAsked())
                .containsExactly(request(null) + ": not done");
    }

    @Test
    void findsATableThatNobodyAskedFor() throws SQLException {
        List<ArrivedRow> rows = of(shown(first, 1, 2, 3), inserted(11, 12, 13), readAgain());

        assertThat(verdict(List.of(), rows).notAsAsked())
                .containsExactly(TABLE + ": read again at " + read + ", which nobody asked");
    }

    @Test
    void findsARequestThatIsAnsweredTwice() throws SQLException {
        List<ArrivedRow> rows =
                of(
                        shown(first, 1, 2, 3),
                        inserted(11, 12, 13),
                        restart(read),
                        shown(read, 1, 2, 11, 12, 13, 21),
                        inserted(31),
                        restart(done),
                        shown(done, 1, 2, 11, 12, 13, 21, 31));

        assertThat(verdict(List.of(request(done)), rows).notAsAsked())
                .containsExactly(TABLE + ": read again at " + done + ", which nobody asked");
        assertThat(verdict(List.of(request(done), request(done)), rows).notAsAsked()).isEmpty();
    }

    /** Nothing came of the stream between: the first snapshot was lost. */
    @Test
    void acceptsASnapshotThatIsTakenAnewForTheSameRequest() throws SQLException {
        List<ArrivedRow> rows =
                of(
                        shown(first, 1, 2, 3),
                        inserted(11, 12, 13),
                        restart(asked),
                        shown(asked, 1, 13),
                        readAgain());

        Verdict verdict = verdict(List.of(request(done)), rows);
        assertThat(verdict.notAsAsked()).isEmpty();
        assertThat(verdict.differences()).isEmpty();
    }
}

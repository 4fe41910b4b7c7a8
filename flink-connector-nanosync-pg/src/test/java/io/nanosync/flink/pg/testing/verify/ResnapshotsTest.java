package io.nanosync.flink.pg.testing.verify;

import static io.nanosync.flink.pg.testing.verify.WitnessedTable.of;
import static io.nanosync.flink.pg.testing.verify.WitnessedTable.restart;
import static io.nanosync.flink.pg.testing.verify.WitnessedTable.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
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

    private static WitnessedTable table;
    private static Lsn first;
    private static Lsn checkpointed;
    private static Lsn asked;
    private static Lsn read;
    private static Lsn done;

    @BeforeAll
    static void loadAndChange() throws SQLException {
        table = new WitnessedTable();
        first = table.insert(1, 3);
        checkpointed = table.insert(11, 13);
        asked = table.insert(21, 21);
        read = table.execute("DELETE FROM t WHERE id = 3");
        done = table.insert(31, 31);
        table.replay();
    }

    @AfterAll
    static void dropTable() throws SQLException {
        table.close();
    }

    private static List<ArrivedRow> readAgain() {
        return of(restart(read), shown(read, 1, 2, 11, 12, 13, 21), table.inserted(31));
    }

    private static Resnapshot request(@Nullable Lsn done) {
        return new Resnapshot(WitnessedTable.NAME, asked, checkpointed, done);
    }

    private static Verdict verdict(List<Resnapshot> requests, List<ArrivedRow> rows)
            throws SQLException {
        SnapshotPlaces places = new SnapshotPlaces(Set.of(first), read);
        return new ExactlyOnce(table.witness(), places, any -> PublishedPart.WHOLE, requests)
                .check(
                        Lives.of(
                                List.of(Life.always(WitnessedTable.NAME)),
                                List.of(
                                        new ArrowFiles.ArrivedFile(
                                                WitnessedTable.NAME, "1", rows))));
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
        assertThat(differences(of(shown(first, 1, 2, 3), table.inserted(11, 12, 13)))).isEmpty();
        assertThat(differences(of(shown(first, 1, 2, 3), table.inserted(11, 12, 13, 21))))
                .isEmpty();
    }

    /** A stream began behind the first, and another goes on behind the second. */
    @Test
    void tellsWhereEachSnapshotWasTakenThatWasReadWhole() throws SQLException {
        List<ArrivedRow> before = of(shown(first, 1, 2, 3), table.inserted(11, 12, 13));
        assertThat(verdict(List.of(request(done)), of(before, readAgain())).snapshotPoints())
                .containsExactlyInAnyOrder(first, read);
        assertThat(verdict(List.of(), of(shown(first, 1, 2, 3), readAgain())).snapshotPoints())
                .containsExactly(read);
    }

    @Test
    void findsWhatWasLostBefore() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 3), table.inserted(11, 13))))
                .contains(former("1 missing, the first:"));
        assertThat(differences(of(shown(first, 1, 2, 3), table.inserted(11, 13, 21))))
                .contains(former("1 missing, the first:"));
        assertThat(differences(of(shown(first, 1, 3), table.inserted(11, 12, 13))))
                .contains(former("1 missing, the first:"));
    }

    /** The job goes back to its newest checkpoint, which has more. */
    @Test
    void findsThatTheStreamWentBackTooFar() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 3), table.inserted(11, 12))))
                .contains(former("1 missing, the first:"));
    }

    @Test
    void findsWhatCameTwiceBefore() throws SQLException {
        assertThat(differences(of(shown(first, 1, 2, 2, 3), table.inserted(11, 12, 13))))
                .contains(former("1 arrived more than once, the first:"));
        assertThat(differences(of(shown(first, 1, 2, 3), table.inserted(11, 11, 12, 13))))
                .contains(former("1 arrived more than once, the first:"));
    }

    @Test
    void findsARequestThatIsNotAnswered() throws SQLException {
        List<ArrivedRow> rows = of(shown(first, 1, 2, 3), table.inserted(11, 12, 13, 21));

        assertThat(verdict(List.of(request(done)), rows).notAsAsked())
                .containsExactly(request(done) + ": read for the last time at " + first);
        assertThat(verdict(List.of(request(null)), of(rows, readAgain())).notAsAsked())
                .containsExactly(request(null) + ": not done");
    }

    @Test
    void findsATableThatNobodyAskedFor() throws SQLException {
        List<ArrivedRow> rows = of(shown(first, 1, 2, 3), table.inserted(11, 12, 13), readAgain());

        assertThat(verdict(List.of(), rows).notAsAsked())
                .containsExactly(
                        WitnessedTable.NAME + ": read again at " + read + ", which nobody asked");
    }

    @Test
    void findsARequestThatIsAnsweredTwice() throws SQLException {
        List<ArrivedRow> rows =
                of(
                        shown(first, 1, 2, 3),
                        table.inserted(11, 12, 13),
                        restart(read),
                        shown(read, 1, 2, 11, 12, 13, 21),
                        table.inserted(31),
                        restart(done),
                        shown(done, 1, 2, 11, 12, 13, 21, 31));

        assertThat(verdict(List.of(request(done)), rows).notAsAsked())
                .containsExactly(
                        WitnessedTable.NAME + ": read again at " + done + ", which nobody asked");
        assertThat(verdict(List.of(request(done), request(done)), rows).notAsAsked()).isEmpty();
    }

    /** Nothing came of the stream between: the first snapshot was lost. */
    @Test
    void acceptsASnapshotThatIsTakenAnewForTheSameRequest() throws SQLException {
        List<ArrivedRow> rows =
                of(
                        shown(first, 1, 2, 3),
                        table.inserted(11, 12, 13),
                        restart(asked),
                        shown(asked, 1, 13),
                        readAgain());

        Verdict verdict = verdict(List.of(request(done)), rows);
        assertThat(verdict.notAsAsked()).isEmpty();
        assertThat(verdict.differences()).isEmpty();
    }
}

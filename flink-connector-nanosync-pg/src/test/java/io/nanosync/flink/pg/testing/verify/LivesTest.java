package io.nanosync.flink.pg.testing.verify;

import static io.nanosync.flink.pg.testing.verify.WitnessedTable.of;
import static io.nanosync.flink.pg.testing.verify.WitnessedTable.restart;
import static io.nanosync.flink.pg.testing.verify.WitnessedTable.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Table {@code t} is captured from the beginning, removed, and added again; rows 1 to 3 are there
 * at first, 11 to 13 come while it is captured, 21 to 23 while it isn't, 31 to 33 when it is again.
 */
class LivesTest {

    private static WitnessedTable table;
    private static Lsn first;
    private static Lsn removed;
    private static Lsn added;
    private static Lsn read;

    @BeforeAll
    static void loadAndChange() throws SQLException {
        table = new WitnessedTable();
        first = table.insert(1, 3);
        removed = table.insert(11, 13);
        added = table.insert(21, 23);
        read = table.execute("DELETE FROM t WHERE id = 21");
        table.insert(31, 33);
        table.replay();
    }

    @AfterAll
    static void dropTable() throws SQLException {
        table.close();
    }

    private static Life life(
            String files,
            Lsn begin,
            @Nullable StreamPosition from,
            @Nullable StreamPosition until) {
        return new Life(WitnessedTable.NAME, begin, from, until, file -> file.startsWith(files));
    }

    private static Life before() {
        return before(StreamPosition.at(removed));
    }

    private static Life before(StreamPosition until) {
        return life("1", new Lsn(0), null, until);
    }

    private static Life again() {
        return again(null);
    }

    private static Life again(@Nullable StreamPosition until) {
        return life("3", added, StreamPosition.at(added), until);
    }

    private static ArrowFiles.ArrivedFile file(String name, List<ArrivedRow> rows) {
        return new ArrowFiles.ArrivedFile(WitnessedTable.NAME, name, rows);
    }

    private static List<ArrivedRow> firstLife() {
        return of(shown(first, 1, 2, 3), table.inserted(11, 12, 13));
    }

    private static List<ArrivedRow> secondLife() {
        return of(shown(read, 1, 2, 3, 11, 12, 13, 22, 23), table.inserted(31, 32, 33));
    }

    private static List<String> differences(List<Life> lives, ArrowFiles.ArrivedFile... files)
            throws SQLException {
        SnapshotPlaces places = new SnapshotPlaces(Set.of(first), read);
        return new ExactlyOnce(table.witness(), places)
                .check(Lives.of(lives, List.of(files)))
                .differences();
    }

    @Test
    void acceptsATableThatIsRemovedAndReadAnew() throws SQLException {
        assertThat(
                        differences(
                                List.of(before(), again()),
                                file("1", firstLife()),
                                file("3", secondLife())))
                .isEmpty();
    }

    @Test
    void findsAChangeBehindTheRemoval() throws SQLException {
        assertThat(
                        differences(
                                List.of(before(), again()),
                                file("1", of(firstLife(), table.inserted(21))),
                                file("3", secondLife())))
                .contains(before() + ": 1 never happened but arrived, the first:");
    }

    @Test
    void findsRowsThatComeWhileTheTableIsNotCaptured() throws SQLException {
        assertThat(
                        differences(
                                List.of(before(), again()),
                                file("1", firstLife()),
                                file("2", table.inserted(21)),
                                file("3", secondLife())))
                .containsExactly("public.t: arrived but isn't captured: 1 rows in 2");
    }

    @Test
    void findsAChangeThatIsLostInFrontOfTheRemoval() throws SQLException {
        assertThat(
                        differences(
                                List.of(before(), again()),
                                file("1", of(shown(first, 1, 2, 3), table.inserted(11, 13))),
                                file("3", secondLife())))
                .contains(before() + ": 1 missing, the first:");
    }

    @Test
    void findsAChangeThatTheSnapshotOfAnAddedTableShows() throws SQLException {
        assertThat(
                        differences(
                                List.of(before(), again()),
                                file("1", firstLife()),
                                file("3", of(secondLife(), table.inserted(22)))))
                .contains(again() + ": 1 never happened but arrived, the first:");
    }

    @Test
    void findsATableThatIsNotReadAnew() throws SQLException {
        assertThat(
                        differences(
                                List.of(before(), again()),
                                file("1", firstLife()),
                                file("3", table.inserted(31, 32, 33))))
                .contains(again() + ": 8 missing, the first:");
    }

    /** The stream had emitted two of the three rows. */
    @Test
    void cutsATransactionWhereTheStreamStood() throws SQLException {
        WitnessedTransaction cut =
                table.transactions().stream()
                        .filter(transaction -> transaction.lines().toString().contains("id=12"))
                        .findFirst()
                        .orElseThrow();
        StreamPosition position =
                new StreamPosition(
                        first,
                        new PartialTransaction(
                                cut.end(),
                                (int) cut.xid(),
                                2,
                                cut.places().get(1),
                                table.oid(),
                                'I',
                                1,
                                Numbering.AT_LSN));

        assertThat(
                        differences(
                                List.of(before(position)),
                                file("1", of(shown(first, 1, 2, 3), table.inserted(11, 12)))))
                .isEmpty();
        assertThat(differences(List.of(before(position)), file("1", firstLife())))
                .contains(before(position) + ": 1 never happened but arrived, the first:");
    }

    @Test
    void acceptsATableOfWhichOnlyAPartIsReadWhenItIsLeftOutAgain() throws SQLException {
        Life calledOff = again(StreamPosition.at(added));

        assertThat(differences(List.of(calledOff), file("3", shown(read, 2, 23)))).isEmpty();
        assertThat(differences(List.of(calledOff), file("3", shown(read, 2, 2))))
                .contains(calledOff + ": 1 arrived more than once, the first:");
    }

    /** The job ended before anything was altered. */
    @Test
    void joinsLivesBetweenWhichNothingHappened() throws SQLException {
        Life next = life("3", added, StreamPosition.at(removed), null);
        List<ArrivedRow> rest = table.inserted(21, 22, 23, 31, 32, 33);
        rest.add(
                3,
                new ArrivedRow(
                        new Lsn(table.transactions().get(3).end().value() - 8),
                        1,
                        new RowEvent(table.transactions().get(3).xid(), 'd', "id=21", null)));

        assertThat(differences(List.of(before(), next), file("1", firstLife()), file("3", rest)))
                .isEmpty();
    }

    /** Their first rows are of another snapshot, and a truncate doesn't make them the same. */
    @Test
    void keepsLivesApartOfWhichTheSecondIsReadTwice() {
        Life before = before();
        Life next = life("3", added, StreamPosition.at(removed), null);
        Lsn again = table.transactions().get(table.transactions().size() - 1).end();
        List<ArrivedRow> rows =
                of(secondLife(), restart(again), shown(again, 1, 2, 3, 11, 12, 13, 22, 23));

        assertThat(
                        Lives.of(
                                        List.of(before, next),
                                        List.of(file("1", firstLife()), file("3", rows)))
                                .arrived()
                                .keySet())
                .containsExactly(before, next);
    }

    /** Rows 11 to 13 came next to the snapshot and behind the place where the stream stood. */
    @Test
    void asksNothingOfRowsOfWhichNobodyCanTellWhetherTheSnapshotShowsThem() throws SQLException {
        Life life = before(StreamPosition.at(first));

        assertThat(beside(life, shown(first, 1, 2, 3))).isEmpty();
        assertThat(beside(life, shown(first, 1, 2, 3, 11, 12, 13))).isEmpty();
        assertThat(beside(life, shown(first, 1, 3))).contains(life + ": 1 missing, the first:");
        assertThat(beside(life, shown(first, 1, 2, 3, 21)))
                .contains(life + ": 1 never happened but arrived, the first:");
    }

    private static List<String> beside(Life life, List<ArrivedRow> rows) throws SQLException {
        return new ExactlyOnce(table.witness(), new SnapshotPlaces(Set.of(), removed))
                .check(Lives.of(List.of(life), List.of(file("1", rows))))
                .differences();
    }
}

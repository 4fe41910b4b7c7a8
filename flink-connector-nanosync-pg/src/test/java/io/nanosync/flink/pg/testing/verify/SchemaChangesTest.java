package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Table {@code h.t} has rows 1 and 2 at first, row 3 comes, then one transaction changes row 1,
 * adds column {@code x} and row 4, the next row 5, and the last drops the column and row 2.
 */
class SchemaChangesTest {

    private static final QualifiedName TABLE = new QualifiedName("h", "t");

    private static TestDatabase database;
    private static Witness witness;
    private static final List<WitnessedTransaction> TRANSACTIONS = new ArrayList<>();
    private static Lsn first;

    @BeforeAll
    static void loadAndAlter() throws SQLException {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE SCHEMA h",
                "CREATE TABLE h.t (id int PRIMARY KEY, v int)",
                "ALTER TABLE h.t REPLICA IDENTITY FULL",
                "CREATE TABLE h.alterations (root text, kind text, col text, val text, shape"
                        + " text)");
        witness = Witness.start(database::connect, database.name() + "_witness");
        database.execute(
                alteration("OTHER", "", "f;id;integer;f;t;v;integer;f;f"),
                "INSERT INTO h.t VALUES (1, 1), (2, 2)");
        first = Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
        database.execute(
                "INSERT INTO h.t VALUES (3, 3)",
                "UPDATE h.t SET v = 7 WHERE id = 1; ALTER TABLE h.t ADD COLUMN x int; "
                        + alteration("ADD", "x", "f;id;integer;f;t;v;integer;f;f;x;integer;f;f")
                        + "; INSERT INTO h.t VALUES (4, 4, 4)",
                "INSERT INTO h.t VALUES (5, 5, 5)",
                "ALTER TABLE h.t DROP COLUMN x; "
                        + alteration("DROP", "x", "f;id;integer;f;t;v;integer;f;f")
                        + "; DELETE FROM h.t WHERE id = 2");
        witness.replay(TRANSACTIONS::add);
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        witness.close();
        database.close();
    }

    private static String alteration(String kind, String column, String shape) {
        return "INSERT INTO h.alterations VALUES ('h.t', '%s', '%s', NULL, '%s')"
                .formatted(kind, column, shape);
    }

    /** The newest transactions are 3 (row 3) to 6 (the last). */
    private static ArrivedRow row(
            int transaction,
            int ordinal,
            char op,
            @Nullable String before,
            @Nullable String after) {
        WitnessedTransaction from = TRANSACTIONS.get(transaction - 1);
        return new ArrivedRow(
                new Lsn(from.end().value() - 8),
                ordinal,
                new RowEvent(from.xid(), op, before, after));
    }

    private static List<ArrivedRow> shown() {
        return List.of(
                new ArrivedRow(first, 0, RowEvent.read("id=1|v=1")),
                new ArrivedRow(first, 0, RowEvent.read("id=2|v=2")),
                row(3, 1, 'i', null, "id=3|v=3"));
    }

    private static List<ArrivedRow> all() {
        List<ArrivedRow> rows = new ArrayList<>(shown());
        rows.add(row(4, 1, 'u', "id=1|v=1", "id=1|v=7"));
        rows.add(row(4, 2, 'i', null, "id=4|v=4|x=4"));
        rows.add(row(5, 1, 'i', null, "id=5|v=5|x=5"));
        rows.add(row(6, 1, 'd', "id=2|v=2", null));
        return rows;
    }

    /** Where row 4 came, and row 2 went. */
    private static Lsn drift(int transaction) {
        List<Lsn> places = TRANSACTIONS.get(transaction - 1).places();
        return places.get(places.size() - 1);
    }

    private static StandStill pause(int transaction, String... files) {
        return new StandStill(TABLE, drift(transaction), Set.of(files));
    }

    private static Verdict verdict(Pauses pauses, List<ArrivedRow> rows) throws SQLException {
        return verdictOf(pauses, List.of(new ArrowFiles.ArrivedFile(TABLE, "1", rows)));
    }

    private static Verdict verdictOf(Pauses pauses, Collection<ArrowFiles.ArrivedFile> files)
            throws SQLException {
        List<ArrowFiles.ArrivedFile> all = List.copyOf(files);
        return new ExactlyOnce(witness)
                .check(Lives.of(List.of(Life.always(TABLE)), all), pauses, all);
    }

    @Test
    void acceptsChangesWithTheColumnsThatTheyHad() throws SQLException {
        assertThat(verdict(Pauses.NONE, all()).differences()).isEmpty();
    }

    @Test
    void findsAChangeUnderAnotherSchema() throws SQLException {
        List<ArrivedRow> rows = new ArrayList<>(all());
        rows.set(5, row(5, 1, 'i', null, "id=5|v=5"));
        assertThat(verdict(Pauses.NONE, rows).differences())
                .contains(
                        "h.t: 1 missing, the first:",
                        "h.t: 1 never happened but arrived, the first:");
    }

    @Test
    void tellsWhereTheSchemaIsAnotherOne() throws SQLException {
        assertThat(verdict(Pauses.NONE, all()).drifts())
                .extracting(Drifted::lsn)
                .containsExactly(drift(4), drift(6));
        assertThat(verdict(Pauses.NONE, all()).drifts())
                .extracting(Drifted::isCompatible)
                .containsExactly(true, false);
    }

    @Test
    void findsWhatCameBeforeItWasAccepted() throws SQLException {
        List<ArrivedRow> rows = all();
        List<ArrowFiles.ArrivedFile> files =
                List.of(
                        new ArrowFiles.ArrivedFile(TABLE, "1", rows.subList(0, 4)),
                        new ArrowFiles.ArrivedFile(TABLE, "2", rows.subList(4, 5)),
                        new ArrowFiles.ArrivedFile(TABLE, "3", rows.subList(5, 7)));
        assertThat(early(files, false, pause(4, "1"), pause(6, "1", "2"))).isEmpty();
        assertThat(early(files, false, pause(4, "1", "2"))).hasSize(1);
        assertThat(early(files, false, pause(4, "1", "3"))).hasSize(1);
        assertThat(early(files, true, pause(4, "1"))).hasSize(1);
    }

    private static List<String> early(
            List<ArrowFiles.ArrivedFile> files, boolean whole, StandStill... pauses)
            throws SQLException {
        return verdictOf(new Pauses(List.of(pauses), null, whole), files).early();
    }

    @Test
    void findsAPauseInFrontOfNothing() throws SQLException {
        StandStill nowhere = new StandStill(TABLE, new Lsn(1), Set.of());
        assertThat(early(List.of(), false, nowhere))
                .containsExactly("paused in front of h.t at 0/1, where no change is");
    }

    /** All in front of it has to come, and nothing else. */
    @Test
    void endsWhereASchemaIsRefused() throws SQLException {
        Pauses inParts = new Pauses(List.of(), pause(4), false);
        assertThat(verdict(inParts, all().subList(0, 4)).differences()).isEmpty();
        assertThat(verdict(inParts, all().subList(0, 3)).differences())
                .contains("h.t: 1 missing, the first:");
        assertThat(verdict(inParts, all().subList(0, 5)).differences())
                .contains("h.t: 1 never happened but arrived, the first:");
        Pauses whole = new Pauses(List.of(), pause(4), true);
        assertThat(verdict(whole, shown()).differences()).isEmpty();
        assertThat(verdict(whole, all().subList(0, 4)).differences())
                .contains("h.t: 1 never happened but arrived, the first:");
    }
}

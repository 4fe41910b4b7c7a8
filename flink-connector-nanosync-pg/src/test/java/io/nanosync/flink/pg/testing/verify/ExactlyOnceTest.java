package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExactlyOnceTest {

    private static final QualifiedName KEYED = new QualifiedName("public", "keyed");
    private static final QualifiedName KEYLESS = new QualifiedName("public", "keyless");
    private static final QualifiedName PARTED = new QualifiedName("public", "Parted Table");
    private static final List<QualifiedName> TABLES = List.of(KEYED, KEYLESS, PARTED);

    private static TestDatabase database;
    private static Witness witness;
    private static Lsn snapshotPoint;
    private static Lsn lostSnapshotPoint;
    private static Lsn last;

    @BeforeAll
    static void loadAndChange() throws SQLException {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE keyed (id int PRIMARY KEY, note text, long_text text)",
                "ALTER TABLE keyed ALTER long_text SET STORAGE EXTERNAL",
                "CREATE TABLE keyless (a int, b text)",
                "ALTER TABLE keyless REPLICA IDENTITY FULL",
                "CREATE TABLE \"Parted Table\" (id int PRIMARY KEY, v float4) PARTITION BY RANGE"
                        + " (id)",
                "CREATE TABLE emptied (id int PRIMARY KEY)",
                "CREATE TABLE part_1 PARTITION OF \"Parted Table\" FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE part_2 (v float4, id int NOT NULL)",
                "ALTER TABLE \"Parted Table\" ATTACH PARTITION part_2 DEFAULT");
        witness = Witness.start(database::connect, database.name() + "_witness");
        database.execute(
                "INSERT INTO keyed SELECT i, 'it''s ' || i, repeat('x', 9000) FROM"
                        + " generate_series(1, 20) i",
                "UPDATE keyed SET note = NULL WHERE id = 3",
                "UPDATE keyed SET id = 100 WHERE id = 4",
                "DELETE FROM keyed WHERE id = 5",
                "INSERT INTO keyless VALUES (1, 'same'), (1, 'same'), (1, NULL), (2, 'same')",
                "DELETE FROM keyless WHERE ctid = '(0,1)'",
                "INSERT INTO \"Parted Table\" VALUES (1, 1e20), (2, 0.1), (50, 'NaN')");
        database.execute("INSERT INTO emptied VALUES (1)");
        lostSnapshotPoint = Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
        database.execute("TRUNCATE emptied");
        snapshotPoint = Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
        database.execute(
                "INSERT INTO keyed VALUES (21, 'new', NULL), (22, 'new', '')",
                "UPDATE keyed SET note = 'toast stays' WHERE id = 1",
                "BEGIN; UPDATE keyed SET note = 'a' WHERE id = 2; UPDATE keyed SET note = 'b' WHERE"
                        + " id = 2; COMMIT",
                "UPDATE keyed SET id = 101 WHERE id = 6",
                "DELETE FROM keyed WHERE id = 7",
                "UPDATE keyless SET b = 'changed' WHERE ctid = '(0,2)'",
                "DELETE FROM keyless WHERE b IS NULL",
                "UPDATE \"Parted Table\" SET id = 60 WHERE id = 1",
                "TRUNCATE \"Parted Table\"",
                "INSERT INTO \"Parted Table\" VALUES (3, -0.5)");
        last = Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        witness.close();
        database.close();
    }

    @Test
    void acceptsEveryRowAndChangeOnce() throws SQLException {
        Verdict verdict = check(rows -> rows);

        assertThat(verdict.differences()).isEmpty();
        assertThat(verdict.snapshotRows()).isEqualTo(19 + 3 + 3);
        assertThat(verdict.changes()).isEqualTo(7 + 2 + 4);
    }

    @Test
    void findsALostRowOfTheSnapshot() throws SQLException {
        Verdict verdict = checkKeyed(rows -> without(rows, 0));

        assertThat(verdict.differences())
                .element(0)
                .isEqualTo("public.keyed: 1 missing, the first:");
        assertThatThrownBy(verdict::assertExact)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("NOT exactly once");
    }

    @Test
    void findsALostRowAmongEqualRows() throws SQLException {
        Verdict verdict =
                check(
                        KEYLESS,
                        rows -> {
                            ArrivedRow same =
                                    rows.stream()
                                            .filter(ArrivedRow::isSnapshotRow)
                                            .filter(r -> r.toString().contains("a=1|b=same"))
                                            .findFirst()
                                            .orElseThrow();
                            List<ArrivedRow> left = new ArrayList<>(rows);
                            left.remove(same);
                            return left;
                        });

        assertThat(verdict.differences())
                .containsExactly(
                        "public.keyless: 1 missing, the first:",
                        "    1 of snapshot r after {a=1|b=same}");
    }

    @Test
    void findsALostChange() throws SQLException {
        Verdict verdict = checkKeyed(rows -> without(rows, rows.size() - 1));

        assertThat(verdict.differences())
                .element(0)
                .isEqualTo("public.keyed: 1 missing, the first:");
        assertThat(verdict.differences()).element(1).asString().contains("d before {id=7}");
    }

    @Test
    void findsADoubledRowOfTheSnapshot() throws SQLException {
        Verdict verdict = checkKeyed(rows -> twice(rows, 0));

        assertThat(verdict.differences())
                .element(0)
                .isEqualTo("public.keyed: 1 arrived more than once, the first:");
    }

    @Test
    void findsADoubledChange() throws SQLException {
        Verdict verdict = checkKeyed(rows -> twice(rows, rows.size() - 1));

        assertThat(verdict.differences())
                .element(0)
                .isEqualTo("public.keyed: 1 rows out of order in their file, the first:");
        assertThat(verdict.differences())
                .contains("public.keyed: 1 arrived more than once, the first:");
    }

    @Test
    void findsAnInventedChange() throws SQLException {
        Verdict verdict =
                checkKeyed(
                        rows -> {
                            ArrivedRow last = rows.get(rows.size() - 1);
                            RowEvent wrong = new RowEvent(last.event().xid(), 'd', "id=8", null);
                            List<ArrivedRow> changed = without(rows, rows.size() - 1);
                            changed.add(new ArrivedRow(last.commitLsn(), last.ordinal(), wrong));
                            return changed;
                        });

        assertThat(verdict.differences())
                .contains("public.keyed: 1 never happened but arrived, the first:");
    }

    @Test
    void findsChangesInSwappedOrder() throws SQLException {
        Verdict verdict =
                checkKeyed(
                        rows -> {
                            int b = indexOf(rows, "note=b");
                            ArrivedRow first = rows.get(b - 1);
                            ArrivedRow second = rows.get(b);
                            List<ArrivedRow> swapped = new ArrayList<>(rows);
                            swapped.set(
                                    b - 1,
                                    new ArrivedRow(
                                            first.commitLsn(), first.ordinal(), second.event()));
                            swapped.set(
                                    b,
                                    new ArrivedRow(
                                            second.commitLsn(), second.ordinal(), first.event()));
                            return swapped;
                        });

        assertThat(verdict.differences())
                .singleElement()
                .asString()
                .startsWith("public.keyed: out of order from change 3 on: expected xid");
    }

    @Test
    void findsRowsOutOfOrderInTheirFile() throws SQLException {
        Verdict verdict =
                checkKeyed(
                        rows -> {
                            List<ArrivedRow> swapped = new ArrayList<>(rows);
                            Collections.swap(swapped, rows.size() - 1, rows.size() - 2);
                            return swapped;
                        });

        assertThat(verdict.differences())
                .element(0)
                .isEqualTo("public.keyed: 1 rows out of order in their file, the first:");
    }

    @Test
    void findsAWrongValue() throws SQLException {
        Verdict verdict =
                checkKeyed(
                        rows -> {
                            ArrivedRow row = rows.get(0);
                            RowEvent event = row.event();
                            List<ArrivedRow> changed = without(rows, 0);
                            changed.add(
                                    0,
                                    new ArrivedRow(
                                            row.commitLsn(),
                                            row.ordinal(),
                                            RowEvent.read(event.after() + "?")));
                            return changed;
                        });

        assertThat(verdict.isExact()).isFalse();
    }

    @Test
    void findsAChangeOfTheWrongCommit() throws SQLException {
        Verdict verdict =
                checkKeyed(
                        rows -> {
                            ArrivedRow last = rows.get(rows.size() - 1);
                            List<ArrivedRow> changed = without(rows, rows.size() - 1);
                            changed.add(
                                    new ArrivedRow(
                                            new Lsn(last.commitLsn().value() + 100_000),
                                            last.ordinal(),
                                            last.event()));
                            return changed;
                        });

        assertThat(verdict.differences())
                .element(0)
                .isEqualTo("public.keyed: 1 with a commit_lsn outside its commit, the first:");
    }

    @Test
    void takesNoRowThatStandsBeforeARestartOfTheSnapshot() throws SQLException {
        Verdict verdict = checkKeyed(rows -> restarted(rows.get(0).event(), rows));

        assertThat(verdict.differences()).isEmpty();
        assertThat(verdict.restarts()).isEqualTo(1);
    }

    @Test
    void findsAnInventedRowBeforeARestartOfTheSnapshot() throws SQLException {
        Verdict verdict = checkKeyed(rows -> restarted(RowEvent.read("id=1|lost=snapshot"), rows));

        assertThat(verdict.differences())
                .contains("    1 of snapshot r after {id=1|lost=snapshot}");
    }

    private static List<ArrivedRow> restarted(RowEvent lost, List<ArrivedRow> rows) {
        List<ArrivedRow> all = new ArrayList<>();
        all.add(new ArrivedRow(lostSnapshotPoint, 0, lost));
        all.add(
                new ArrivedRow(
                        snapshotPoint,
                        ArrivedRow.RESTART,
                        new RowEvent(RowEvent.SNAPSHOT, 't', null, null)));
        all.addAll(rows);
        return all;
    }

    /** It was restarted under a snapshot that was lost too, and is empty under the last one. */
    @Test
    void takesTheLastSnapshotForATableThatIsEmptyUnderIt() throws SQLException {
        QualifiedName emptied = new QualifiedName("public", "emptied");
        Map<QualifiedName, List<ArrivedRow>> arrived = arrived();
        arrived.put(
                emptied,
                List.of(
                        new ArrivedRow(
                                lostSnapshotPoint,
                                ArrivedRow.RESTART,
                                new RowEvent(RowEvent.SNAPSHOT, 't', null, null))));
        List<QualifiedName> names = new ArrayList<>(TABLES);
        names.add(emptied);

        assertThat(check(new ExactlyOnce(witness), arrived, names).differences()).isEmpty();
    }

    @Test
    void findsRowsOfALostSnapshotThatNoRestartRemoves() throws SQLException {
        Lsn earlier = new Lsn(snapshotPoint.value() - 1_000_000);
        Verdict verdict =
                checkKeyed(
                        rows -> {
                            List<ArrivedRow> all = new ArrayList<>(rows);
                            all.add(0, new ArrivedRow(earlier, 0, RowEvent.read("id=1")));
                            return all;
                        });

        assertThat(verdict.differences())
                .element(0)
                .asString()
                .startsWith("public.keyed: snapshot rows of several snapshots");
    }

    @Test
    void findsATableThatNobodyAskedFor() throws SQLException {
        Map<QualifiedName, List<ArrivedRow>> arrived = arrived();
        arrived.put(new QualifiedName("public", "other"), List.of());

        assertThat(check(new ExactlyOnce(witness), arrived, TABLES).differences())
                .containsExactly("public.other: arrived but isn't captured: 0 rows in file");
    }

    @Test
    void acceptsASnapshotBesideItsSlotThatShowsALaterTransactionAndNotAnEarlierOne()
            throws SQLException {
        assertThat(checkBeside(last, besideItsSlot()).differences()).isEmpty();
    }

    @Test
    void findsAChangeThatTheSnapshotShowsToo() throws SQLException {
        List<ArrivedRow> changes = faithful(KEYED);
        List<ArrivedRow> rows = besideItsSlot();
        rows.add(changes.get(indexOf(changes, "before {id=7}")));

        assertThat(checkBeside(last, rows).differences())
                .contains("public.keyed: 1 missing, the first:");
    }

    @Test
    void findsAChangeThatIsNeitherShownNorDelivered() throws SQLException {
        List<ArrivedRow> rows = besideItsSlot();

        assertThat(checkBeside(last, without(rows, indexOf(rows, "id=101"))).differences())
                .contains(
                        "public.keyed: 1 missing, the first:",
                        "public.keyed: 1 never happened but arrived, the first:");
    }

    @Test
    void findsALostChangeBehindEverySnapshot() throws SQLException {
        List<ArrivedRow> rows = faithful(KEYED);

        assertThat(
                        checkBeside(snapshotPoint, without(rows, indexOf(rows, "toast stays")))
                                .differences())
                .element(0)
                .isEqualTo("public.keyed: 1 missing, the first:");
    }

    /** The snapshot shows the delete of 7, the last change, and the insert of 21 and 22. */
    private static List<ArrivedRow> besideItsSlot() throws SQLException {
        Set<Long> delivered = new HashSet<>();
        for (ArrivedRow row : faithful(KEYED)) {
            String text = row.toString();
            if (!row.isSnapshotRow() && !text.contains("before {id=7}") && !text.contains("new")) {
                delivered.add(row.event().xid());
            }
        }
        return new ArrayList<>(faithful(KEYED, new SnapshotView(snapshotPoint, last, delivered)));
    }

    private static Verdict checkBeside(Lsn latest, List<ArrivedRow> rows) throws SQLException {
        return check(
                new ExactlyOnce(witness, new SnapshotPlaces(Set.of(), latest)),
                Map.of(KEYED, rows),
                List.of(KEYED));
    }

    private static Verdict checkKeyed(UnaryOperator<List<ArrivedRow>> damage) throws SQLException {
        return check(KEYED, damage);
    }

    private static Verdict check(UnaryOperator<List<ArrivedRow>> damage) throws SQLException {
        return check(KEYED, damage);
    }

    private static Verdict check(QualifiedName table, UnaryOperator<List<ArrivedRow>> damage)
            throws SQLException {
        Map<QualifiedName, List<ArrivedRow>> arrived = arrived();
        arrived.put(table, damage.apply(faithful(table)));
        return check(new ExactlyOnce(witness), arrived, TABLES);
    }

    private static Verdict check(
            ExactlyOnce exactlyOnce,
            Map<QualifiedName, List<ArrivedRow>> arrived,
            List<QualifiedName> names)
            throws SQLException {
        List<ArrowFiles.ArrivedFile> files = new ArrayList<>();
        arrived.forEach(
                (table, rows) -> files.add(new ArrowFiles.ArrivedFile(table, "file", rows)));
        return exactlyOnce.check(Lives.of(names.stream().map(Life::always).toList(), files));
    }

    private static Map<QualifiedName, List<ArrivedRow>> arrived() throws SQLException {
        Map<QualifiedName, List<ArrivedRow>> arrived = new TreeMap<>();
        for (QualifiedName table : TABLES) {
            arrived.put(table, faithful(table));
        }
        return arrived;
    }

    /** What a pipeline without fault delivers of a table. */
    private static List<ArrivedRow> faithful(QualifiedName table) throws SQLException {
        return faithful(table, SnapshotView.at(snapshotPoint));
    }

    private static List<ArrivedRow> faithful(QualifiedName table, SnapshotView view)
            throws SQLException {
        ExpectedTable expected =
                new ExpectedTable(
                        witness.describe(List.of(table)).get(0), PublishedPart.WHOLE, view);
        List<ArrivedRow> changes = new ArrayList<>();
        witness.replay(
                transaction -> {
                    int before = expected.changes().size();
                    expected.transaction(transaction);
                    long ordinal = 0;
                    for (RowEvent event :
                            expected.changes().subList(before, expected.changes().size())) {
                        changes.add(
                                new ArrivedRow(
                                        new Lsn(transaction.end().value() - 8), ++ordinal, event));
                    }
                });
        List<ArrivedRow> rows = new ArrayList<>();
        expected.snapshot().forEach(row -> rows.add(new ArrivedRow(snapshotPoint, 0, row)));
        rows.addAll(changes);
        return rows;
    }

    private static int indexOf(List<ArrivedRow> rows, String part) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).toString().contains(part)) {
                return i;
            }
        }
        throw new AssertionError("No row has " + part);
    }

    private static List<ArrivedRow> without(List<ArrivedRow> rows, int index) {
        List<ArrivedRow> left = new ArrayList<>(rows);
        left.remove(index);
        return left;
    }

    private static List<ArrivedRow> twice(List<ArrivedRow> rows, int index) {
        List<ArrivedRow> more = new ArrayList<>(rows);
        more.add(index, rows.get(index));
        return more;
    }
}

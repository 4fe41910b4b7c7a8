package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.Changes.UNCHANGED;
import static java.util.Arrays.asList;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeRowsTest {

    private static final List<Column> BY_KEY =
            List.of(
                    Columns.identity(Columns.int4("id")),
                    Columns.text("note"),
                    Columns.notNull(Columns.int8("total")));

    private static final List<Column> WHOLE = BY_KEY.stream().map(Columns::identity).toList();

    private static Changes byKey() {
        return new Changes(ReplicaIdentity.DEFAULT, BY_KEY, List.of("id"));
    }

    private static Changes whole() {
        return new Changes(ReplicaIdentity.FULL, WHOLE, List.of());
    }

    private static LogicalType type(String declared) {
        return LogicalTypeParser.parse(declared, ChangeRowsTest.class.getClassLoader());
    }

    private static RowPlan plan(ChangelogStyle style, List<Column> columns, String... declared) {
        List<RowColumn> fields = new ArrayList<>();
        for (String field : declared) {
            String[] nameAndType = field.split(" ", 2);
            Column column =
                    columns.stream()
                            .filter(c -> c.name().equals(nameAndType[0]))
                            .findFirst()
                            .orElseThrow();
            fields.add(new RowColumn(column, type(nameAndType[1])));
        }
        return new RowPlan(
                new TableIdentity("db", new QualifiedName("shop", "orders")),
                style,
                fields,
                null,
                List.of(),
                List.of("id"),
                TruncatePolicy.FAIL,
                ToastPolicy.FAIL,
                false);
    }

    private static RowPlan upsert() {
        return plan(
                ChangelogStyle.UPSERT,
                BY_KEY,
                "id INT NOT NULL",
                "note STRING",
                "total BIGINT NOT NULL");
    }

    private static RowPlan all() {
        return plan(ChangelogStyle.ALL, WHOLE, "id INT", "note STRING", "total BIGINT");
    }

    private static RowPlan with(
            RowPlan plan, TruncatePolicy truncate, ToastPolicy toast, boolean nullsMisfits) {
        return new RowPlan(
                plan.table(),
                plan.style(),
                plan.columns(),
                plan.tablePlace(),
                plan.metadata(),
                plan.key(),
                truncate,
                toast,
                nullsMisfits);
    }

    private static List<String> rows(RowPlan plan, ChangeBatch batch) {
        return new RowsOfBatch(plan).of(batch);
    }

    private static List<@Nullable String> row(@Nullable String... values) {
        return asList(values);
    }

    @ParameterizedTest
    @EnumSource
    void insertsRowsOfTheSnapshot(ChangelogStyle style) {
        RowPlan plan = plan(style, BY_KEY, "id INT", "note STRING");
        assertThat(rows(plan, byKey().read("1", "a", "5").read("2", null, "6").batch()))
                .containsExactly("+I(1,a)", "+I(2,null)");
    }

    @Test
    void upsertHasTheNewRowOfUpdatesAndTheKeyOfDeletes() {
        Changes changes =
                byKey().insert("1", "a", "5").update("1", "b", "6").delete("1", null, null);
        assertThat(rows(upsert(), changes.batch()))
                // Columns that are NOT NULL have a placeholder in a delete: see Placeholder.
                .containsExactly("+I(1,a,5)", "+U(1,b,6)", "-D(1,null,1)");
    }

    @Test
    void upsertDeletesTheOldKeyWhereItChanges() {
        Changes changes = byKey().updateOfKey(row("1", null, null), row("2", "b", "6"));
        assertThat(rows(upsert(), changes.batch())).containsExactly("-D(1,null,1)", "+I(2,b,6)");
    }

    @Test
    void upsertUpdatesWhereTheOldKeyIsSentUnchanged() {
        Changes changes = byKey().updateOfKey(row("1", null, null), row("1", "b", "6"));
        assertThat(rows(upsert(), changes.batch())).containsExactly("+U(1,b,6)");
    }

    @Test
    void upsertComparesKeysThatArentAmongTheColumnsRead() {
        RowPlan plan = plan(ChangelogStyle.UPSERT, BY_KEY, "note STRING");
        Changes changes =
                byKey().updateOfKey(row("1", null, null), row("2", "b", "6"))
                        .updateOfKey(row("2", null, null), row("2", "c", "6"));
        assertThat(rows(plan, changes.batch())).containsExactly("-D(null)", "+I(b)", "+U(c)");
    }

    @Test
    void upsertHasKeyOnlyDeletesUnderReplicaIdentityFullToo() {
        RowPlan plan = plan(ChangelogStyle.UPSERT, WHOLE, "id INT NOT NULL", "note STRING");
        Changes changes =
                whole().updateOfRow(row("1", "a", "5"), row("1", "b", "5"))
                        .updateOfRow(row("1", "b", "5"), row("3", "b", "5"))
                        .delete("3", "b", "5");
        assertThat(rows(plan, changes.batch()))
                .containsExactly("+U(1,b)", "-D(1,null)", "+I(3,b)", "-D(3,null)");
    }

    @Test
    void allHasOldAndNewRows() {
        Changes changes =
                whole().insert("1", "a", "5")
                        .updateOfRow(row("1", "a", "5"), row("1", null, "6"))
                        .delete("1", null, "6");
        assertThat(rows(all(), changes.batch()))
                .containsExactly("+I(1,a,5)", "-U(1,a,5)", "+U(1,null,6)", "-D(1,null,6)");
    }

    @Test
    void allDeletesTheOldRowWhereItsKeyChanges() {
        Changes changes = whole().updateOfRow(row("1", "a", "5"), row("2", null, "6"));
        assertThat(rows(all(), changes.batch())).containsExactly("-D(1,a,5)", "+I(2,null,6)");
    }

    @Test
    void allUpdatesARowOfATableWithoutKey() {
        RowPlan plan = all();
        RowPlan keyless =
                new RowPlan(
                        plan.table(),
                        plan.style(),
                        plan.columns(),
                        plan.tablePlace(),
                        plan.metadata(),
                        List.of(),
                        plan.truncate(),
                        plan.toast(),
                        plan.nullsMisfits());
        Changes changes = whole().updateOfRow(row("1", "a", "5"), row("2", null, "6"));
        assertThat(rows(keyless, changes.batch())).containsExactly("-U(1,a,5)", "+U(2,null,6)");
    }

    @Test
    void appendTellsADeleteAndAnInsertWhereTheKeyChanges() {
        RowPlan plan =
                plan(ChangelogStyle.APPEND, BY_KEY, "id INT", "note STRING")
                        .with(List.of(Metadata.OP, Metadata.ORDINAL));
        Changes changes = byKey().updateOfKey(row("1", null, null), row("2", "b", "6"));
        assertThat(rows(plan, changes.batch())).containsExactly("+I(1,null,d,1)", "+I(2,b,i,1)");
    }

    @Test
    void allTakesLargeUnchangedValuesFromTheOldRow() {
        Changes changes = whole().updateOfRow(row("1", "large", "5"), row("1", UNCHANGED, "6"));
        assertThat(rows(all(), changes.batch())).containsExactly("-U(1,large,5)", "+U(1,large,6)");
    }

    @Test
    void appendInsertsEveryChangeAndTellsWhatItWas() {
        RowPlan plan =
                plan(ChangelogStyle.APPEND, BY_KEY, "id INT", "note STRING")
                        .with(List.of(Metadata.OP, Metadata.ORDINAL));
        Changes changes =
                byKey().insert("1", "a", "5").update("1", "b", "6").delete("1", null, null);
        assertThat(rows(plan, changes.batch()))
                .containsExactly("+I(1,a,i,1)", "+I(1,b,u,2)", "+I(1,null,d,3)");
    }

    @Test
    void fillsMetadataOfChangesAndSnapshotRows() {
        RowPlan plan = all().projecting(new int[] {0}).with(asList(Metadata.values()));
        assertThat(rows(plan, whole().insert("1", "a", "5").batch()))
                .containsExactly(
                        "+I(1,i,orders,shop,db,2023-11-14T22:13:20.123456,16/200,1,4294967294,"
                                + "false)");
        assertThat(rows(plan, whole().read("1", "a", "5").batch()))
                .containsExactly("+I(1,r,orders,shop,db,null,0/100,0,null,true)");
    }

    /** At whatever place it is declared, and in deletes that have the key alone. */
    @Test
    void hasTheTablesNameBetweenTheColumns() {
        RowPlan named = namingTheTable(upsert(), 1);
        assertThat(rows(named.with(List.of(Metadata.OP)), insertAndDelete()))
                .containsExactly("+I(1,shop.orders,a,5,i)", "-D(1,shop.orders,null,1,d)");
        assertThat(rows(named.projecting(new int[] {3, 1, 0}), insertAndDelete()))
                .containsExactly("+I(5,shop.orders,1)", "-D(1,shop.orders,1)");
        assertThat(rows(named.projecting(new int[] {3, 2}), insertAndDelete()))
                .containsExactly("+I(5,a)", "-D(1,null)");
    }

    private static ChangeBatch insertAndDelete() {
        return byKey().insert("1", "a", "5").delete("1", null, null).batch();
    }

    private static RowPlan namingTheTable(RowPlan plan, int place) {
        return new RowPlan(
                plan.table(),
                plan.style(),
                plan.columns(),
                place,
                plan.metadata(),
                plan.key(),
                plan.truncate(),
                plan.toast(),
                plan.nullsMisfits());
    }

    @Test
    void truncateFails() {
        assertThatThrownBy(() -> rows(upsert(), byKey().truncate().batch()))
                .hasMessage(
                        "Cannot make rows of change 1 (t) at LSN 16/200 of shop.orders: the table"
                            + " was truncated, and Flink SQL has no such change. Start the"
                            + " statement again from a new snapshot, with another 'pipeline', after"
                            + " emptying the target; or set 'truncate' = 'ignore' to leave the old"
                            + " rows downstream");
    }

    @Test
    void truncateIsIgnoredAndCountedWhenAsked() {
        RowsOfBatch view =
                new RowsOfBatch(with(upsert(), TruncatePolicy.IGNORE, ToastPolicy.FAIL, false));
        assertThat(view.of(byKey().insert("1", "a", "5").truncate().batch()))
                .containsExactly("+I(1,a,5)");
        assertThat(view.counters.ignoredTruncates().getCount()).isEqualTo(1);
    }

    @Test
    void aRestartOfTheSnapshotIsNeverIgnored() {
        RowPlan plan = with(upsert(), TruncatePolicy.IGNORE, ToastPolicy.FAIL, false);
        assertThatThrownBy(() -> rows(plan, byKey().snapshotRestart().batch()))
                .hasMessageContaining("Cannot make rows of change -1 (t) at LSN 0/100");
    }

    @Test
    void aLargeValueThatIsNotSentFails() {
        assertThatThrownBy(() -> rows(upsert(), byKey().update("1", UNCHANGED, "6").batch()))
                .hasMessage(
                        "Cannot make rows of change 1 (u) at LSN 16/200 of shop.orders: PostgreSQL"
                            + " didn't send the large value of column \"note\" (text), because an"
                            + " update left it alone. Run: ALTER TABLE shop.orders REPLICA IDENTITY"
                            + " FULL; or set 'toast' = 'null' to have null there");
    }

    @Test
    void aLargeValueThatIsNotSentIsNullAndCountedWhenAsked() {
        RowsOfBatch view =
                new RowsOfBatch(with(upsert(), TruncatePolicy.FAIL, ToastPolicy.NULL, false));
        assertThat(view.of(byKey().update("1", UNCHANGED, "6").batch()))
                .containsExactly("+U(1,null,6)");
        assertThat(view.counters.unchangedNulls().getCount()).isEqualTo(1);
    }

    @Test
    void aLargeValueThatWasReadAgainIsThereAndCounted() {
        RowsOfBatch view = new RowsOfBatch(upsert());
        ChangeRow again = byKey().read("1", "again", "7").batch().rows().iterator().next();
        assertThat(
                        view.of(
                                byKey().update("1", UNCHANGED, "6").batch(),
                                new Reread.Row(
                                        requireNonNull(again.after()), new int[] {-1, 1, -1})))
                .containsExactly("+U(1,again,6)");
        assertThat(view.counters.readAgain().getCount()).isEqualTo(1);
    }

    /** That it is gone comes later; null would be no value of it. */
    @Test
    void anUpsertOfARowThatIsGoneIsLeftOutAndCounted() {
        RowsOfBatch view = new RowsOfBatch(upsert());
        assertThat(view.of(byKey().update("1", UNCHANGED, "6").batch(), Reread.GONE)).isEmpty();
        assertThat(
                        view.of(
                                byKey().updateOfKey(row("1", null, null), row("2", UNCHANGED, "6"))
                                        .batch(),
                                Reread.GONE))
                .containsExactly("-D(1,null,1)");
        assertThat(view.counters.gone().getCount()).isEqualTo(2);
    }

    /** PostgreSQL makes an insert of an update that brings a row into the row filter. */
    @Test
    void anInsertOfARowThatIsGoneIsLeftOutAndCounted() {
        RowsOfBatch view = new RowsOfBatch(upsert());
        assertThat(view.of(byKey().insert("1", UNCHANGED, "6").batch(), Reread.GONE)).isEmpty();
        assertThat(view.counters.gone().getCount()).isEqualTo(1);
    }

    @Test
    void anUpdateOfARowThatIsGoneIsAppendedWithNull() {
        RowsOfBatch view =
                new RowsOfBatch(
                        plan(
                                ChangelogStyle.APPEND,
                                BY_KEY,
                                "id INT",
                                "note STRING",
                                "total BIGINT"));
        assertThat(view.of(byKey().update("1", UNCHANGED, "6").batch(), Reread.GONE))
                .containsExactly("+I(1,null,6)");
        assertThat(view.counters.gone().getCount()).isEqualTo(1);
        assertThat(view.counters.unchangedNulls().getCount()).isZero();
    }

    @Test
    void aLargeValueThatIsNotReadMayStayAway() {
        RowPlan plan = plan(ChangelogStyle.UPSERT, BY_KEY, "id INT NOT NULL", "total BIGINT");
        assertThat(rows(plan, byKey().update("1", UNCHANGED, "6").batch()))
                .containsExactly("+U(1,6)");
    }

    @Test
    void aLargeValueIsNeverNullInANotNullColumn() {
        RowPlan plan =
                with(
                        plan(ChangelogStyle.UPSERT, BY_KEY, "id INT", "note STRING NOT NULL"),
                        TruncatePolicy.FAIL,
                        ToastPolicy.NULL,
                        false);
        assertThatThrownBy(() -> rows(plan, byKey().update("1", UNCHANGED, "6").batch()))
                .hasMessageEndingWith("or declare it nullable and set 'toast' = 'null'");
    }

    @Test
    void aValueThatDoesNotFitFails() {
        RowPlan plan = plan(ChangelogStyle.UPSERT, BY_KEY, "id INT", "note VARCHAR(3)");
        assertThatThrownBy(() -> rows(plan, byKey().insert("1", "four", "6").batch()))
                .hasMessage(
                        "Cannot make rows of change 1 (i) at LSN 16/200 of shop.orders: a value of"
                            + " column \"note\" (text) doesn't fit VARCHAR(3). Declare a wider type"
                            + " or STRING, or a nullable one with 'unrepresentable' = 'null' to"
                            + " have null there");
    }

    /** Null isn't offered: a key's column can't be nullable. */
    @Test
    void aKeyThatDoesNotFitFailsWhateverIsAsked() {
        for (boolean nullsMisfits : new boolean[] {false, true}) {
            RowPlan byId = plan(ChangelogStyle.UPSERT, WHOLE, "note VARCHAR(3) NOT NULL");
            RowPlan byNote =
                    new RowPlan(
                            byId.table(),
                            byId.style(),
                            byId.columns(),
                            byId.tablePlace(),
                            byId.metadata(),
                            List.of("note"),
                            TruncatePolicy.FAIL,
                            ToastPolicy.FAIL,
                            nullsMisfits);
            assertThatThrownBy(() -> rows(byNote, whole().insert("1", "four", "6").batch()))
                    .hasMessageEndingWith(
                            "a value of column \"note\" (text) doesn't fit VARCHAR(3) NOT NULL."
                                + " Declare a wider type or STRING. Null can't stand for it: the"
                                + " column is part of the PRIMARY KEY");
        }
    }

    @Test
    void aValueThatDoesNotFitIsNullAndCountedWhenAsked() {
        RowsOfBatch view =
                new RowsOfBatch(
                        with(
                                plan(ChangelogStyle.UPSERT, BY_KEY, "id INT", "note VARCHAR(3)"),
                                TruncatePolicy.FAIL,
                                ToastPolicy.FAIL,
                                true));
        assertThat(view.of(byKey().insert("1", "four", "6").insert("2", "abc", "6").batch()))
                .containsExactly("+I(1,null)", "+I(2,abc)");
        assertThat(view.counters.misfits().getCount()).isEqualTo(1);
    }

    @Test
    void aValueThatDoesNotFitIsNeverNullInANotNullColumn() {
        RowPlan plan =
                with(
                        plan(ChangelogStyle.UPSERT, BY_KEY, "id INT", "note VARCHAR(3) NOT NULL"),
                        TruncatePolicy.FAIL,
                        ToastPolicy.FAIL,
                        true);
        assertThatThrownBy(() -> rows(plan, byKey().insert("1", "four", "6").batch()))
                .hasMessageContaining("doesn't fit VARCHAR(3)");
    }

    @Test
    void nullNeverGetsIntoANotNullColumn() {
        RowPlan plan = plan(ChangelogStyle.UPSERT, BY_KEY, "id INT", "note STRING NOT NULL");
        assertThatThrownBy(() -> rows(plan, byKey().insert("1", null, "6").batch()))
                .hasMessage(
                        "Cannot make rows of change 1 (i) at LSN 16/200 of shop.orders: column"
                            + " \"note\" (text) is null, but declared NOT NULL in Flink. Declare it"
                            + " without NOT NULL");
    }

    @Test
    void allFailsWhenTheTableHasLostItsFullIdentity() {
        RowPlan plan = plan(ChangelogStyle.ALL, BY_KEY, "id INT", "note STRING");
        assertThatThrownBy(() -> rows(plan, byKey().update("1", "b", "6").batch()))
                .hasMessage(
                        "Cannot make rows of change 1 (u) at LSN 16/200 of shop.orders: PostgreSQL"
                            + " sent no old row, so the table has lost its replica identity. Run:"
                            + " ALTER TABLE shop.orders REPLICA IDENTITY FULL");
        assertThatThrownBy(() -> rows(plan, byKey().delete("1", null, null).batch()))
                .hasMessage(
                        "Cannot make rows of change 1 (d) at LSN 16/200 of shop.orders:"
                            + " 'changelog-mode' = 'all' needs the whole old row, and column"
                            + " \"note\" (text) isn't in it. Run: ALTER TABLE shop.orders REPLICA"
                            + " IDENTITY FULL");
    }

    @Test
    void refusesBatchesOfAnotherShape() {
        List<Column> altered = List.of(Columns.identity(Columns.int8("id")), Columns.text("note"));
        ChangeBatch batch =
                new Changes(ReplicaIdentity.DEFAULT, altered, List.of("id"))
                        .insert("1", "a")
                        .batch();
        assertThatThrownBy(() -> rows(upsert(), batch))
                .hasMessage(
                        "Cannot read column \"id\" (integer) of shop.orders: it changed after the"
                            + " statement was planned. Expected that type (Arrow Int(32, true)),"
                            + " found bigint (Arrow Int(64, true)). Correct the table's declaration"
                            + " in Flink and start the statement again");
    }

    /** Both come as text: {@code {007}} would be read as 7. */
    @Test
    void refusesTextOfAnotherType() {
        Column ints = Columns.array(Columns.int4("list"), 1007);
        Column texts = Columns.array(Columns.text("list"), 1009);
        RowPlan plan = plan(ChangelogStyle.APPEND, List.of(ints), "list ARRAY<INT>");
        assertThat(rows(plan, insert(ints, "{7}"))).hasSize(1);
        assertThatThrownBy(() -> rows(plan, insert(texts, "{007}")))
                .hasMessageContaining(
                        "Cannot read column \"list\" (integer[]) of shop.orders: it changed after"
                            + " the statement was planned. Expected that type (Arrow Utf8), found"
                            + " text[] (Arrow Utf8)");
        RowPlan asText = plan(ChangelogStyle.APPEND, List.of(ints), "list STRING");
        assertThat(rows(asText, insert(texts, "{007}"))).containsExactly("+I({007})");
    }

    /** All arrays of numeric have one type: {@code {1.5}} would be read as 1.50. */
    @Test
    void refusesTextOfAnotherScale() {
        Column any = Columns.array(Columns.numeric("list"), 1231);
        Column two = Columns.array(Columns.numeric("list", 12, 2), 1231);
        RowPlan plan = plan(ChangelogStyle.APPEND, List.of(two), "list ARRAY<STRING>");
        assertThat(rows(plan, insert(two, "{1.50}"))).hasSize(1);
        assertThatThrownBy(() -> rows(plan, insert(any, "{1.5}")))
                .hasMessageContaining("Cannot read column \"list\" (numeric(12,2)[])");
    }

    @Test
    void saysWhichColumnHasTextOfNoArray() {
        Column ints = Columns.array(Columns.int4("list"));
        RowPlan plan = plan(ChangelogStyle.APPEND, List.of(ints), "list ARRAY<INT>");
        assertThatThrownBy(() -> rows(plan, insert(ints, "{1")))
                .hasMessageEndingWith(
                        "of shop.orders: a value of column \"list\" (integer[]) isn't in the form"
                                + " that PostgreSQL has for that type (text of an array, offset 2:"
                                + " expected more). Declare the column as STRING");
    }

    private static ChangeBatch insert(Column column, String value) {
        return new Changes(ReplicaIdentity.NOTHING, List.of(column), List.of())
                .insert(value)
                .batch();
    }
}

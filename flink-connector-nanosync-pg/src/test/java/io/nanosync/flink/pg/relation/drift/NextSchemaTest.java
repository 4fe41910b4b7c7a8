package io.nanosync.flink.pg.relation.drift;

import static io.nanosync.flink.pg.relation.drift.Drifts.INT4;
import static io.nanosync.flink.pg.relation.drift.Drifts.INT8;
import static io.nanosync.flink.pg.relation.drift.Drifts.TEXT;
import static io.nanosync.flink.pg.relation.drift.Drifts.catalog;
import static io.nanosync.flink.pg.relation.drift.Drifts.catalogDropping;
import static io.nanosync.flink.pg.relation.drift.Drifts.column;
import static io.nanosync.flink.pg.relation.drift.Drifts.drift;
import static io.nanosync.flink.pg.relation.drift.Drifts.key;
import static io.nanosync.flink.pg.relation.drift.Drifts.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The schema behind a drift: as the stream describes it, the rest from a catalog of later. */
final class NextSchemaTest {

    private static final TableSchema BEFORE = table(key("id", INT4, 1), column("note", TEXT, 2));

    @Test
    void isTheCatalogsWhenNothingWasAlteredSince() {
        TableSchema now =
                table(key("id", INT8, 1), column("note", TEXT, 2), column("extra", INT4, 3));
        assertThat(NextSchema.of(drift(BEFORE, now, 1), catalog(now, now))).isEqualTo(now);
    }

    /** What the catalog has of the table now was altered behind the place of the drift. */
    @Test
    void isTheStreamsWhenTheTableWasAlteredAgain() {
        TableSchema then = table(key("id", INT4, 1), column("extra", INT4, 3));
        TableSchema now =
                table("u", ReplicaIdentity.DEFAULT, key("id", INT4, 1), column("extra", INT8, 3));
        TableSchema next = NextSchema.of(drift(BEFORE, then, 1), catalog(then, now));
        assertThat(next.name()).isEqualTo(BEFORE.name());
        assertThat(next.columns())
                .containsExactly(
                        key("id", INT4, 1), new Column("extra", INT4, -1, "int4", true, false, 3));
        assertThat(next.primaryKey()).containsExactly("id");
    }

    @Test
    void columnMayBeNullUnlessItNeverWas() {
        Column required = new Column("extra", INT4, -1, "int4", false, false, 3);
        TableSchema now = table(key("id", INT4, 1), column("note", TEXT, 2), required);
        TableSchema next = NextSchema.of(drift(BEFORE, now, 1), catalog(now, now));
        assertThat(next.columns()).extracting(Column::nullable).containsExactly(false, true, true);
    }

    @Test
    void keyIsWhatTheStreamMarks() {
        TableSchema now = table(key("id", INT4, 1), key("note", TEXT, 2));
        TableSchema next = NextSchema.of(drift(BEFORE, now, 1), catalog(now, BEFORE));
        assertThat(next.primaryKey()).containsExactly("id", "note");
    }

    @Test
    void typeThatIsGoneIsUntold() {
        TableSchema now = table(key("id", INT4, 1), column("note", TEXT, 2), column("x", INT8, 3));
        assertThat(NextSchema.untold(drift(BEFORE, now, 1), catalog(now, BEFORE)))
                .containsExactly("x");
        assertThat(NextSchema.untold(drift(BEFORE, now, 1), catalog(now, now))).isEmpty();
    }

    @Test
    void typeOfAColumnThatStaysIsKnown() {
        TableSchema now =
                table("u", ReplicaIdentity.DEFAULT, key("id", INT4, 1), column("note", TEXT, 2));
        assertThat(NextSchema.of(drift(BEFORE, now, 1), catalog(now, null)).columns())
                .isEqualTo(BEFORE.columns());
    }

    private static List<@Nullable Integer> numbers(TableSchema then, CatalogNow catalog) {
        Drift drift = drift(BEFORE, then, 1);
        assertThat(NextSchema.replaced(drift, catalog)).isEmpty();
        assertThat(NextSchema.doubtful(drift, catalog)).isEmpty();
        return NextSchema.of(drift, catalog).columns().stream().map(Column::attnum).toList();
    }

    private static TableSchema with(Column... added) {
        return table(
                Stream.concat(BEFORE.columns().stream(), Stream.of(added)).toArray(Column[]::new));
    }

    /** Also when it has got another type or another name since, or is gone. */
    @Test
    void columnHasTheNumberThatItHadThen() {
        TableSchema then = with(column("x", INT4, 3), column("y", INT4, 4));
        TableSchema retyped = with(column("x", INT8, 3), column("y", INT4, 4));
        assertThat(numbers(then, withInt4(catalog(then, retyped)))).containsExactly(1, 2, 3, 4);
        TableSchema renamed = with(column("x", INT4, 3), column("z", INT4, 4));
        assertThat(numbers(then, catalog(then, renamed))).containsExactly(1, 2, 3, 4);
        TableSchema dropped = with(column("x", INT4, 3), column("w", INT4, 5));
        assertThat(numbers(then, catalogDropping(then, dropped, 4))).containsExactly(1, 2, 3, 4);
    }

    private static CatalogNow withInt4(CatalogNow catalog) {
        Map<Integer, PgType> types = new HashMap<>(catalog.types());
        types.put(INT4.oid(), INT4);
        return new CatalogNow(
                catalog.table(), types, catalog.typeTexts(), catalog.filled(), catalog.dropped());
    }

    @Test
    void columnThatWasDroppedAndAddedAgainIsNotTheOneThatWasThereThen() {
        Drift drift = drift(BEFORE, with(column("x", INT4, 3), column("y", INT4, 4)), 1);
        TableSchema now = with(column("y", INT4, 4), column("x", INT4, 5));
        assertThat(NextSchema.replaced(drift, catalogDropping(now, now, 3))).containsExactly("x");
        assertThat(NextSchema.doubtful(drift, catalogDropping(now, now, 3))).isEmpty();
        TableSchema last = with(column("x", INT4, 3), column("y", INT4, 6));
        assertThat(NextSchema.replaced(drift, catalogDropping(last, last, 4))).isEmpty();
        assertThat(NextSchema.doubtful(drift, catalogDropping(last, last, 4))).containsExactly("y");
    }

    @Test
    void driftIsToldByTableBeforeBehindAndPlace() {
        TableSchema now = table(key("id", INT4, 1));
        TableSchema other = table(key("id", INT8, 1));
        List<String> ids =
                List.of(
                        drift(BEFORE, now, 1).id(),
                        drift(BEFORE, now, 2).id(),
                        drift(BEFORE, other, 1).id(),
                        drift(other, now, 1).id());
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(drift(BEFORE, now, 1).id()).isEqualTo(ids.get(0)).hasSize(32);
    }
}

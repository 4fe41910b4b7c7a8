package io.nanosync.flink.pg.relation.drift;

import static io.nanosync.flink.pg.relation.drift.Drifts.INT4;
import static io.nanosync.flink.pg.relation.drift.Drifts.INT8;
import static io.nanosync.flink.pg.relation.drift.Drifts.TEXT;
import static io.nanosync.flink.pg.relation.drift.Drifts.catalog;
import static io.nanosync.flink.pg.relation.drift.Drifts.column;
import static io.nanosync.flink.pg.relation.drift.Drifts.drift;
import static io.nanosync.flink.pg.relation.drift.Drifts.key;
import static io.nanosync.flink.pg.relation.drift.Drifts.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
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
                        key("id", INT4, 1),
                        new Column("extra", INT4, -1, "int4", true, false, null));
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

package io.nanosync.flink.pg.relation.drift;

import static io.nanosync.flink.pg.relation.drift.Drifts.INT4;
import static io.nanosync.flink.pg.relation.drift.Drifts.INT8;
import static io.nanosync.flink.pg.relation.drift.Drifts.TEXT;
import static io.nanosync.flink.pg.relation.drift.Drifts.column;
import static io.nanosync.flink.pg.relation.drift.Drifts.key;
import static io.nanosync.flink.pg.relation.drift.Drifts.limited;
import static io.nanosync.flink.pg.relation.drift.Drifts.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which schemas take another one's place without anybody being asked. */
final class CompatibilityTest {

    private static final Column ID = key("id", INT4, 1);
    private static final Column NOTE = column("note", TEXT, 2);
    private static final TableSchema BEFORE = table(ID, NOTE);

    private static boolean isCompatible(TableSchema next) {
        return isCompatible(BEFORE, next);
    }

    private static boolean isCompatible(TableSchema former, TableSchema next) {
        return Compatibility.isCompatible(former, next, Drifts.catalog(next, next));
    }

    /** The next schema follows at once: by then the catalog has the one after it. */
    @Test
    void columnThatWasAlteredSinceIsToldByItsName() {
        TableSchema next = table(ID, NOTE, column("x", INT4, 3));
        assertThat(isCompatibleWhile(next, table(ID, NOTE, column("x", INT8, 3)))).isTrue();
        assertThat(
                        isCompatibleWhile(
                                next,
                                table(ID, NOTE, new Column("x", INT8, -1, "int8", false, false))))
                .isFalse();
        assertThat(isCompatibleWhile(next, BEFORE)).as("gone").isFalse();
    }

    private static boolean isCompatibleWhile(TableSchema next, TableSchema catalog) {
        return Compatibility.isCompatible(BEFORE, next, Drifts.catalog(next, catalog));
    }

    @Test
    void columnThatMayBeNullIsAdded() {
        assertThat(isCompatible(table(ID, NOTE, column("x", INT4, 3)))).isTrue();
        assertThat(isCompatible(table(ID, NOTE, new Column("x", INT4, -1, "int4", false, false))))
                .isFalse();
    }

    @Test
    void columnThatFillsRowsIsNot() {
        TableSchema next = table(ID, NOTE, column("x", INT4, 3));
        assertThat(Compatibility.isCompatible(BEFORE, next, Drifts.catalog(next, next, "x")))
                .isFalse();
        assertThat(Compatibility.isCompatible(BEFORE, next, Drifts.catalog(next, next, "note")))
                .isTrue();
    }

    @Test
    void nothingElseIs() {
        assertThat(isCompatible(table(ID))).as("gone").isFalse();
        assertThat(isCompatible(table(ID, column("remark", TEXT, 2)))).as("renamed").isFalse();
        assertThat(isCompatible(table("u", ReplicaIdentity.DEFAULT, ID, NOTE)))
                .as("table renamed")
                .isFalse();
        assertThat(isCompatible(table("t", ReplicaIdentity.NOTHING, ID, NOTE)))
                .as("identity")
                .isFalse();
        assertThat(isCompatible(table(ID, key("note", TEXT, 2)))).as("key").isFalse();
    }

    @Test
    void keyMayGetAWiderType() {
        assertThat(isCompatible(table(key("id", INT8, 1), NOTE))).isTrue();
        assertThat(isCompatible(table(key("id", INT8, 1)), table(ID))).isFalse();
    }

    /** Typmods as PostgreSQL has them: a length and 4, or precision and scale. */
    @ParameterizedTest
    @CsvSource({
        "int2, -1, int8, -1, true",
        "int4, -1, int2, -1, false",
        "int4, -1, numeric, -1, false",
        "float4, -1, float8, -1, true",
        "varchar, 14, varchar, 24, true",
        "varchar, 24, varchar, 14, false",
        "varchar, 14, varchar, -1, true",
        "varchar, 14, text, -1, true",
        "text, -1, varchar, 14, false",
        "bpchar, 14, bpchar, 24, false",
        "timestamptz, 3, timestamptz, -1, true",
        "timestamptz, -1, timestamptz, 3, false",
        // numeric(10,2) to (12,2), (12,4), (11,4), (10,3), without any, and back
        "numeric, 655366, numeric, 786438, true",
        "numeric, 655366, numeric, 786440, true",
        "numeric, 655366, numeric, 720904, false",
        "numeric, 655366, numeric, 655367, false",
        "numeric, 655366, numeric, -1, false",
        "numeric, 786438, numeric, 655366, false",
    })
    void typeIsWider(String from, int fromTypmod, String to, int toTypmod, boolean wider) {
        Column now = new Column("note", PgType.base(1001, to), toTypmod, to, true, false, 2);
        assertThat(isCompatible(table(ID, limited("note", from, fromTypmod)), table(ID, now)))
                .isEqualTo(wider);
    }
}

package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which rows of a snapshot are read when consumers don't need all of them. */
class RowConditionTest {

    private static final QualifiedName TABLE = new QualifiedName("public", "t");
    private static final Column ID = column("id", PgType.base(23, "int4"));
    private static final Column NOTE = column("note", PgType.base(25, "text"));

    private final SourceConfig config =
            SourceConfig.of(
                            Dsn.parse("postgres://u:p@h/d").orThrow(),
                            "p",
                            List.of(new TableSelector.Named(TABLE)),
                            OptionValues.defaults()
                                    .with(SourceOptions.STARTUP_MODE, new StartupMode.Snapshot()))
                    .applyingBy(Map.of(TABLE, List.of("id")));

    private static Column column(String name, PgType type) {
        return new Column(name, type, -1, type.name(), true, false);
    }

    private static TableSchema table(Column... columns) {
        return new TableSchema(1, TABLE, ReplicaIdentity.DEFAULT, List.of(columns), List.of());
    }

    private SourceConfig where(String sql, Column... columns) {
        return config.readingWhere(Map.of(TABLE, new RowCondition(sql, List.of(columns))));
    }

    @Test
    void readsWhatOneConsumerNeeds() {
        assertThat(config.where(table(ID))).isNull();
        assertThat(where("id > 5", ID).where(table(ID))).isEqualTo("(id > 5)");
    }

    @Test
    void readsWhatAnyConsumerNeeds() {
        SourceConfig one = where("id > 5", ID);
        assertThat(one.together(where("id < 2", ID)).where(table(ID)))
                .isEqualTo("(id > 5) OR (id < 2)");
        assertThat(one.together(one).where(table(ID))).isEqualTo("(id > 5)");
        assertThat(one.together(config).where(table(ID))).isNull();
    }

    /** Of another type it may be an error, or find other rows. */
    @Test
    void asksForNothingOfColumnsThatWereAltered() {
        SourceConfig both = where("id > 5 AND note = 'x'", ID, NOTE);
        assertThat(both.where(table(NOTE, ID))).isEqualTo("(id > 5 AND note = 'x')");
        assertThat(both.where(table(column("id", PgType.base(20, "int8")), NOTE))).isNull();
        assertThat(both.where(table(ID))).isNull();
    }

    /** Rows that are enough for all of them may be none for one. */
    @Test
    void readsAllWhereSomeRowsOfDifferentConditionsAreEnough() {
        SourceConfig one = where("id > 5", ID).readingRows(10);
        assertThat(one.together(one.readingRows(20)).enoughRows(TABLE)).isEqualTo(20);
        assertThat(one.together(where("id < 2", ID).readingRows(10)).enoughRows(TABLE)).isNull();
    }
}

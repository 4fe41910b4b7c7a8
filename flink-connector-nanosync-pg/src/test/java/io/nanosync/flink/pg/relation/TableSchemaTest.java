package io.nanosync.flink.pg.relation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableSchemaTest {

    private static final PgType TEXT = PgType.base(25, "text");

    /** A table of columns {@code a} to {@code d} with key {@code (c, a)}. */
    private static TableSchema table(ReplicaIdentity identity, List<String> logged) {
        return new TableSchema(
                1,
                new QualifiedName("public", "t"),
                identity,
                List.of("a", "b", "c", "d").stream()
                        .map(
                                name ->
                                        new Column(
                                                name,
                                                TEXT,
                                                -1,
                                                "text",
                                                true,
                                                logged.contains(name)))
                        .toList(),
                List.of("c", "a"));
    }

    private static List<String> names(TableSchema table) {
        return table.columns().stream().map(Column::name).toList();
    }

    @Test
    void whatIsReadHasTheKeysInTheOrderOfTheTable() {
        TableSchema byKey = table(ReplicaIdentity.DEFAULT, List.of("a", "c"));
        assertThat(names(byKey.reading(List.of("d")))).containsExactly("a", "c", "d");
        assertThat(names(byKey.reading(List.of()))).containsExactly("a", "c");
        assertThat(byKey.reading(List.of("d", "c", "b", "a"))).isEqualTo(byKey);
        assertThat(byKey.reading(List.of("gone"))).isEqualTo(byKey.reading(List.of()));
    }

    @Test
    void whatIsReadHasTheColumnsOfTheIdentityUnlessThatIsTheWholeRow() {
        TableSchema byIndex = table(ReplicaIdentity.INDEX, List.of("b"));
        assertThat(names(byIndex.reading(List.of()))).containsExactly("a", "b", "c");
        TableSchema whole = table(ReplicaIdentity.FULL, List.of("a", "b", "c", "d"));
        assertThat(names(whole.reading(List.of()))).containsExactly("a", "c");
        assertThat(whole.reading(List.of()).identity()).isEqualTo(ReplicaIdentity.FULL);
    }

    @Test
    void aKeyIsWithinColumnsThatHaveAllOfIt() {
        TableSchema byKey = table(ReplicaIdentity.DEFAULT, List.of("a", "c"));
        assertThat(byKey.keyWithin(List.of("a", "b", "c"))).containsExactly("c", "a");
        assertThat(byKey.keyWithin(List.of("a", "b"))).isEmpty();
        TableSchema byIndex = table(ReplicaIdentity.INDEX, List.of("b"));
        assertThat(byIndex.keyWithin(List.of("b", "d"))).containsExactly("b");
        assertThat(byIndex.keyWithin(List.of("a", "c"))).containsExactly("c", "a");
    }

    @Test
    void aTableWithoutAPrimaryKeyHasTheKeyOfItsIdentity() {
        TableSchema byIndex = table(ReplicaIdentity.INDEX, List.of("b"));
        TableSchema without =
                new TableSchema(
                        byIndex.oid(),
                        byIndex.name(),
                        byIndex.identity(),
                        byIndex.columns(),
                        List.of());
        assertThat(without.keyWithin(List.of("b"))).containsExactly("b");
        assertThat(without.keyWithin(List.of("a", "c"))).isEmpty();
    }
}

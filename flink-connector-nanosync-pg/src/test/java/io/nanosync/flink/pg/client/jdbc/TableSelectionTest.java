package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Finding.Severity;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What selectors stand for on a real server. */
final class TableSelectionTest {

    private TestDatabase database;

    private void onVersion(int major) {
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE SCHEMA s",
                "CREATE TABLE s.orders (id int PRIMARY KEY)",
                "CREATE TABLE s.audit (id int PRIMARY KEY)",
                "CREATE TABLE public.parent (id int PRIMARY KEY)",
                "CREATE TABLE public.child () INHERITS (public.parent)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private TableSelection select(String... selectors) throws Exception {
        try (ControlSession control = Clients.superuser(database).openControl()) {
            return TableSelection.of(
                    control, Stream.of(selectors).map(TableSelector::parse).toList());
        }
    }

    private List<String> tables(TableSelection selection) {
        return selection.tables().stream().map(QualifiedName::toString).toList();
    }

    private static Finding error(String problem) {
        return new Finding(Severity.ERROR, problem, null);
    }

    @Test
    void takesASchemaWithoutWhatIsLeftOut() throws Exception {
        onVersion(18);
        TableSelection selection = select("s.*", "public.parent", "!s.audit");
        assertThat(tables(selection)).containsExactly("s.orders", "public.parent");
        assertThat(selection.findings()).isEmpty();
        // The order of the entries makes no difference.
        assertThat(tables(select("!s.audit", "s.*"))).containsExactly("s.orders");
        assertThat(tables(select("s.*", "public.*", "!s.*")))
                .containsExactly("public.child", "public.parent");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void saysWhatASchemaLeavesOutAndWhy(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE UNLOGGED TABLE s.fleeting (id int)",
                "CREATE VIEW s.seen AS SELECT 1 AS one",
                "CREATE MATERIALIZED VIEW s.stored AS SELECT 1 AS one",
                "CREATE FOREIGN DATA WRAPPER nowhere",
                "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
                "CREATE FOREIGN TABLE s.abroad (v int) SERVER far",
                "CREATE TABLE public.parted (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE s.leaf PARTITION OF public.parted FOR VALUES FROM (1) TO (9)",
                "CREATE EXTENSION hstore SCHEMA s",
                "CREATE TABLE s.owned (id int)",
                "ALTER EXTENSION hstore ADD TABLE s.owned");
        TableSelection selection = select("s.*");
        assertThat(tables(selection)).containsExactly("s.audit", "s.orders");
        assertThat(selection.findings())
                .containsExactly(
                        new Finding(
                                Severity.WARNING,
                                "Not captured: s.abroad (a foreign table), s.fleeting (unlogged, so"
                                        + " its changes are not in the WAL), s.leaf (a partition of"
                                        + " public.parted), s.owned (belongs to extension hstore),"
                                        + " s.seen (a view), s.stored (a materialized view)",
                                null));
        // The leaf comes with its root, and what is left out on purpose needs no word.
        TableSelection known =
                select(
                        "s.*",
                        "public.parted",
                        "!s.abroad",
                        "!s.fleeting",
                        "!s.owned",
                        "!s.seen",
                        "!s.stored");
        assertThat(known.findings()).isEmpty();
        // By name it is the user's own choice: preflight says what is wrong with it.
        assertThat(tables(select("s.owned", "s.seen"))).containsExactly("s.owned", "s.seen");
    }

    @Test
    void warnsOfLeavingOutWhatIsNotThere() throws Exception {
        onVersion(18);
        assertThat(select("s.*", "!s.audti").findings())
                .containsExactly(
                        new Finding(
                                Finding.Severity.WARNING,
                                "!s.audti leaves nothing out: it is no table that the list would"
                                        + " capture; did you mean !s.audit?",
                                null));
        assertThat(select("s.*", "!public.zzzzzzzz").findings())
                .containsExactly(
                        new Finding(
                                Finding.Severity.WARNING,
                                "!public.zzzzzzzz leaves nothing out: it is no table that the list"
                                        + " would capture",
                                null));
    }

    @Test
    void refusesContradictionsAndEmptyLists() throws Exception {
        onVersion(18);
        assertThat(select("s.audit", "s.*", "!s.audit").findings())
                .containsExactly(error("Table s.audit is both named and left out (!s.audit)"));
        assertThat(select("s.*", "!s.*").findings())
                .containsExactly(
                        error(
                                "There is no table to capture: the list leaves out all that it"
                                        + " names"));
        assertThat(select("nix.*").findings())
                .containsExactly(error("Schema \"nix\" (from nix.*) has no table to capture"));
    }

    @Test
    void takesTheChildOfANamedParentForLeftOutOnPurpose() throws Exception {
        onVersion(18);
        TableSelection selection = select("public.parent", "!public.child");
        assertThat(tables(selection)).containsExactly("public.parent");
        assertThat(selection.findings()).isEmpty();
        List<TableSelector> left = List.of(TableSelector.parse("!public.child"));
        QualifiedName child = new QualifiedName("public", "child");
        assertThat(TableSelector.anyLeavesOut(left, child)).isTrue();
        assertThat(TableSelector.anyLeavesOut(left, new QualifiedName("public", "parent")))
                .isFalse();
    }
}

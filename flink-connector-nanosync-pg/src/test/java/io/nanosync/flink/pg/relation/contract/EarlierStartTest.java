package io.nanosync.flink.pg.relation.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.Coverage.By;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which rows of the catalog have to be older than a slot: transactions 90 and up aren't. */
final class EarlierStartTest {

    private static final QualifiedName LEAF = new QualifiedName("public", "leaf");
    private static final int ROOT = 7;
    private static final int MIDDLE = 6;
    private static final int TABLE = 5;

    private static Coverage row(By by, int of, int xmin) {
        return new Coverage(by, of, 100 + xmin, xmin, null, null, null);
    }

    private static Coverage schema(By by, int xmin, int member, int memberXmin) {
        Coverage.Member who = new Coverage.Member(member, memberXmin);
        return new Coverage(by, 2200, 100 + xmin, xmin, null, null, who);
    }

    /** What is said of a leaf below two others. */
    private static List<String> doubts(int middleXmin, int rootXmin, Coverage... coverage) {
        return doubts(
                new PublicationTerms(1, 80, 10, false, true, true, true, true, false, 'n'),
                middleXmin,
                rootXmin,
                coverage);
    }

    private static List<String> doubts(
            PublicationTerms publication, int middleXmin, int rootXmin, Coverage... coverage) {
        TableTerms terms =
                new TableTerms(
                        TABLE,
                        LEAF,
                        'r',
                        'p',
                        List.of(coverage),
                        List.of(
                                new Ancestor(MIDDLE, LEAF, middleXmin),
                                new Ancestor(ROOT, LEAF, rootXmin)),
                        List.of(),
                        null);
        return new EarlierStart(Set.of(90, 91, 92), Set.of(), table -> true)
                .doubts("p", List.of(), new CaptureContract(publication, List.of(terms)));
    }

    private static final String SINCE =
            "public.leaf is covered as it is by publication \"p\" since transaction ";

    @Test
    void oneRowThatIsOlderIsEnough() {
        assertThat(doubts(80, 80, row(By.TABLE, TABLE, 90))).containsExactly(SINCE + 90);
        assertThat(doubts(80, 80, row(By.TABLE, TABLE, 90), row(By.ANCESTOR, ROOT, 81))).isEmpty();
    }

    @Test
    void partitionHasToHaveBeenBelowTheTableThatIsNamed() {
        assertThat(doubts(80, 90, row(By.ANCESTOR, MIDDLE, 81))).isEmpty();
        assertThat(doubts(80, 90, row(By.ANCESTOR, ROOT, 81))).containsExactly(SINCE + 90);
        assertThat(doubts(91, 80, row(By.ANCESTOR, ROOT, 81))).containsExactly(SINCE + 91);
    }

    @Test
    void tableHasToHaveBeenInTheSchema() {
        assertThat(doubts(80, 80, schema(By.SCHEMA, 81, TABLE, 82))).isEmpty();
        assertThat(doubts(80, 80, schema(By.SCHEMA, 81, TABLE, 91))).containsExactly(SINCE + 91);
        assertThat(doubts(80, 91, schema(By.ANCESTOR_SCHEMA, 81, ROOT, 82)))
                .containsExactly(SINCE + 91);
    }

    @Test
    void limitOfARowThatIsOlderHeldThen() {
        Coverage filtered = new Coverage(By.TABLE, TABLE, 1, 80, "(id > 100)", null, null);
        assertThat(doubts(80, 80, filtered)).isEmpty();
        assertThat(doubts(80, 80, filtered, schema(By.SCHEMA, 90, TABLE, 80)))
                .containsExactly(SINCE + 90);
        assertThat(doubts(80, 80, filtered, schema(By.SCHEMA, 81, TABLE, 80))).isEmpty();
        assertThat(doubts(80, 80, filtered, row(By.ANCESTOR, ROOT, 91))).isEmpty();
        Coverage later = new Coverage(By.TABLE, TABLE, 2, 90, "(id > 100)", null, null);
        assertThat(doubts(80, 80, later, row(By.ANCESTOR, ROOT, 81))).isEmpty();
    }

    @Test
    void keyHasToBeOlderWhereChangesAreAppliedByIt() {
        assertThat(keyDoubts(true, ReplicaIdentity.FULL, 90))
                .containsExactly(
                        "public.leaf has its primary key, by which its changes are applied, since"
                                + " transaction 90");
        assertThat(keyDoubts(true, ReplicaIdentity.FULL, 80)).isEmpty();
        assertThat(keyDoubts(false, ReplicaIdentity.FULL, 90)).isEmpty();
        // The stream describes it.
        assertThat(keyDoubts(true, ReplicaIdentity.DEFAULT, 90)).isEmpty();
    }

    private static List<String> keyDoubts(boolean keyed, ReplicaIdentity identity, int xmin) {
        TableTerms terms =
                new TableTerms(
                        TABLE,
                        LEAF,
                        'r',
                        'p',
                        List.of(row(By.TABLE, TABLE, 80)),
                        List.of(),
                        List.of(),
                        new PrimaryKey(12, xmin));
        TableSchema table = new TableSchema(TABLE, LEAF, identity, List.of(), List.of("id"));
        return new EarlierStart(Set.of(90), Set.of(), name -> keyed)
                .doubts(
                        "p",
                        List.of(table),
                        new CaptureContract(
                                new PublicationTerms(
                                        1, 80, 10, false, true, true, true, true, false, 'n'),
                                List.of(terms)));
    }

    @Test
    void publicationOfAllTablesHasOneRowOnly() {
        PublicationTerms all =
                new PublicationTerms(1, 80, 10, true, true, true, true, true, false, 'n');
        assertThat(doubts(all, 90, 90)).isEmpty();
        PublicationTerms altered =
                new PublicationTerms(1, 92, 10, true, true, true, true, true, false, 'n');
        assertThat(doubts(altered, 90, 90))
                .containsExactly("publication \"p\" was created or altered by transaction 92");
    }

    /** Before 15 changes of a table that was written first are left out behind that. */
    @Test
    void partitionThatWasAttachedHasToHaveBeenThere() {
        assertThat(doubtsOfPartition(90, Set.of(9)))
                .containsExactly(
                        "partition public.leaf of public.root was attached by transaction 90");
        assertThat(doubtsOfPartition(80, Set.of(9))).isEmpty();
        assertThat(doubtsOfPartition(90, Set.of())).isEmpty();
    }

    private static List<String> doubtsOfPartition(int xmin, Set<Integer> attached) {
        Partition partition =
                new Partition(9, LEAF, 'r', 'p', ReplicaIdentity.DEFAULT, List.of(), ROOT, xmin);
        TableTerms terms =
                new TableTerms(
                        ROOT,
                        new QualifiedName("public", "root"),
                        'p',
                        'p',
                        List.of(row(By.TABLE, ROOT, 80)),
                        List.of(),
                        List.of(partition),
                        null);
        return new EarlierStart(Set.of(90), attached, table -> false)
                .doubts(
                        "p",
                        List.of(),
                        new CaptureContract(
                                new PublicationTerms(
                                        1, 80, 10, false, true, true, true, true, true, 'n'),
                                List.of(terms)));
    }
}

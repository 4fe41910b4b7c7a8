package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What preflight says of columns to divide by. */
final class PartitionColumnCheckTest {

    private static final String OWN =
            ". Name another column, or give this table a partition_strategy of its own";

    private TestDatabase database;
    private final Map<QualifiedName, Partitioning> partitionings = new LinkedHashMap<>();

    @BeforeEach
    void createDatabase() {
        onVersion(18);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private void onVersion(int major) {
        if (database != null) {
            database.close();
        }
        database = TestPostgres.shared(major).createDatabase();
    }

    private void divide(String table, Partitioning by) {
        partitionings.put(new QualifiedName("public", table), by);
    }

    private List<String> errors() throws Exception {
        try (ControlSession control = Clients.superuser(database).openControl()) {
            List<Finding> findings =
                    control.preflight(
                            new PreflightRequest(
                                    List.copyOf(partitionings.keySet()),
                                    null,
                                    false,
                                    null,
                                    6,
                                    false,
                                    List.of(),
                                    partitionings,
                                    null));
            return findings.stream().filter(Finding::stops).map(Finding::toString).toList();
        }
    }

    @ParameterizedTest
    @FieldSource("io.nanosync.flink.pg.testing.TestPostgres#VERSIONS")
    void tellsOfEveryTableAtOnce(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TABLE absent (id int, gone int, created_at timestamptz)",
                "ALTER TABLE absent DROP COLUMN gone",
                "CREATE TABLE unordered (c json)",
                "CREATE TABLE words (c varchar(9))",
                "CREATE TABLE parted (c bytea, id int) PARTITION BY RANGE (id)",
                "CREATE TABLE fits (c numeric(12,2))",
                "CREATE DOMAIN hour AS timestamp(0)",
                "CREATE TABLE domains (c hour)");
        divide("absent", new Partitioning.Minmax("createdat"));
        divide("unordered", new Partitioning.Ntile("c"));
        divide("words", new Partitioning.Minmax("c"));
        divide("parted", new Partitioning.Minmax("c"));
        divide("fits", new Partitioning.Minmax("c"));
        divide("domains", new Partitioning.Minmax("c"));
        assertThat(errors())
                .containsExactly(
                        "Table public.absent has no column \"createdat\", which is its"
                                + " partition_column; the nearest name is \"created_at\""
                                + OWN,
                        "Column \"c\" (json) of table public.unordered can't be its"
                                + " partition_column: it has a type without an order"
                                + OWN,
                        "Column \"c\" (character varying(9)) of table public.words can't be its"
                                + " partition_column: it is no integer, numeric, float, date or"
                                + " timestamp, which are what minmax divides by (ntile does by any"
                                + " type with an order)"
                                + OWN,
                        "Column \"c\" (bytea) of table public.parted can't be its partition_column:"
                                + " it is no integer, numeric, float, date or timestamp, which are"
                                + " what minmax divides by (ntile does by any type with an order)"
                                + OWN);
    }

    @Test
    void refusesColumnsThatAreNotThere() throws Exception {
        database.execute(
                "CREATE TABLE dropped (id int, c int)",
                "ALTER TABLE dropped DROP COLUMN c",
                "CREATE TABLE system (id int)",
                "CREATE TABLE computed (id int, c int GENERATED ALWAYS AS (id * 2) VIRTUAL)",
                "CREATE TABLE stored (id int, c int GENERATED ALWAYS AS (id * 2) STORED)",
                "CREATE TABLE points (c point)");
        divide("dropped", new Partitioning.Ntile("c"));
        divide("system", new Partitioning.Ntile("ctid"));
        divide("computed", new Partitioning.Ntile("c"));
        divide("stored", new Partitioning.Ntile("c"));
        divide("points", new Partitioning.Minmax("c"));
        assertThat(errors())
                .containsExactly(
                        "Table public.dropped has no column \"c\", which is its partition_column"
                                + OWN,
                        "Table public.system has no column \"ctid\", which is its"
                                + " partition_column"
                                + OWN,
                        "Column \"c\" (integer) of table public.computed can't be its"
                                + " partition_column: it is a virtual generated column, which is"
                                + " stored nowhere"
                                + OWN,
                        "Column \"c\" (point) of table public.points can't be its"
                                + " partition_column: it is no integer, numeric, float, date or"
                                + " timestamp, which are what minmax divides by"
                                + OWN);
    }

    /** Their order is that of their parts, which PostgreSQL looks up when it sorts. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void refusesTypesWhosePartsHaveNoOrder(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TYPE noted AS (id int, note json)",
                "CREATE TABLE a (c json[])",
                "CREATE TABLE b (c noted)",
                "CREATE TABLE d (c noted[])",
                "CREATE TYPE pair AS (id int, words text[])",
                "CREATE TABLE e (c pair[])");
        for (String table : List.of("a", "b", "d", "e")) {
            divide(table, new Partitioning.Ntile("c"));
        }
        String refused = " can't be its partition_column: it has a type without an order" + OWN;
        assertThat(errors())
                .containsExactly(
                        "Column \"c\" (json[]) of table public.a" + refused,
                        "Column \"c\" (public.noted) of table public.b" + refused,
                        "Column \"c\" (public.noted[]) of table public.d" + refused);
    }

    /** Bounds are text: what a name stands for may be another value in a moment. */
    @ParameterizedTest
    @ValueSource(ints = {13, 14, 18})
    void refusesTypesWithPartsThatAreWrittenByNames(int major) throws Exception {
        onVersion(major);
        database.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                "CREATE DOMAIN feeling AS mood",
                "CREATE TYPE moods AS RANGE (subtype = mood)",
                "CREATE TYPE noted AS (id int, what regclass)");
        database.execute(
                "CREATE TABLE fits (mood feeling, object regclass)",
                "CREATE TABLE a (c mood[])",
                "CREATE TABLE b (c feeling[])",
                "CREATE TABLE d (c moods)",
                "CREATE TABLE e (c noted)",
                "CREATE TABLE f (c regtype[])",
                "CREATE TABLE g (c "
                        + (major < 14
                                ? "mood[]"
                                : database.queryString(
                                        "SELECT format_type(rngmultitypid, -1) FROM pg_range WHERE"
                                                + " rngtypid = 'moods'::regtype"))
                        + ")");
        List<String> refused = List.of("a", "b", "d", "e", "f", "g");
        for (String table : refused) {
            divide(table, new Partitioning.Ntile("c"));
        }
        assertThat(errors())
                .hasSize(refused.size())
                .allMatch(
                        error ->
                                error.contains(
                                        "it has parts that are written by names (labels of an"
                                                + " enumeration, objects of the catalog), which may"
                                                + " become those of others while ranges are read"
                                                + OWN))
                .extracting(error -> error.replaceAll(".*table public\\.(.) .*", "$1"))
                .containsExactlyElementsOf(refused);
        partitionings.clear();
        for (String column : List.of("mood", "object")) {
            divide("fits", new Partitioning.Ntile(column));
            assertThat(errors()).isEmpty();
        }
    }
}

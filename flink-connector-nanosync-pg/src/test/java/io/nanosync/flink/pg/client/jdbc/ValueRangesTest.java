package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.TableRewrittenException;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of values, with PostgreSQL as the judge of which row is in which. */
final class ValueRangesTest {

    private static final int PARTS = 8;

    private static final int NEWEST = 18;

    private TestDatabase database = TestPostgres.shared(NEWEST).createDatabase();

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private void useServer(int major) {
        if (major != NEWEST) {
            database.close();
            database = TestPostgres.shared(major).createDatabase();
        }
    }

    /** A table whose column {@code c} has these values, given as a query. */
    private void table(String type, String values) {
        database.execute(
                "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, c " + type + ")",
                "INSERT INTO t (c) " + values);
    }

    private TableFile file(Keeper keeper) throws PgException {
        return keeper.files((int) database.queryLong("SELECT 't'::regclass::oid::bigint")).get(0);
    }

    /**
     * @param since what is done behind the snapshot
     */
    private List<String> ranges(Partitioning.ByColumn by, String... since) throws PgException {
        return ranges(Clients.superuser(database), by, since);
    }

    private List<String> ranges(PgClient client, Partitioning.ByColumn by, String... since)
            throws PgException {
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession session = client.openSnapshot()) {
            TableFile file = file(keeper);
            database.execute(since);
            session.begin(keeper.identity());
            session.lock(file);
            List<String> ranges = session.ranges(file, by, PARTS);
            session.commit();
            return ranges;
        }
    }

    /**
     * How many rows each range holds; each row has to be in exactly one. Asked with another search
     * path, date style and zone than those of the session that made them.
     */
    private List<Long> sizes(List<String> ranges) {
        String in =
                ranges.stream()
                        .map(range -> "coalesce((" + range + ")::int, 0)")
                        .collect(Collectors.joining(" + "));
        assertThat(database.queryLong("SELECT count(*) FROM t WHERE " + in + " <> 1"))
                .as("%s", ranges)
                .isZero();
        String counts =
                ranges.stream()
                        .map(range -> "(SELECT count(*) FROM t WHERE " + range + ")")
                        .collect(Collectors.joining(", "));
        return database.queryList("SELECT unnest(ARRAY[" + counts + "]::bigint[])").stream()
                .map(count -> Long.valueOf(requireNonNull(count)))
                .toList();
    }

    /** A type, 800 values of it evenly spread, and the values at its ends. */
    private record Values(String type, String even, List<String> extremes) {}

    private static final List<Values> CALCULATED_WITH =
            List.of(
                    new Values("int2", "g - 400", List.of("-32768", "32767")),
                    new Values("int4", "g", List.of("-2147483648", "2147483647")),
                    new Values("int8", "g", List.of("-9223372036854775808", "9223372036854775807")),
                    new Values(
                            "numeric",
                            "g / 7.0",
                            List.of("NaN", "Infinity", "-Infinity", "1e-300", "-1e300", "1e300")),
                    new Values(
                            "float8",
                            "g / 7.0",
                            List.of(
                                    "NaN",
                                    "Infinity",
                                    "-Infinity",
                                    "-0",
                                    "5e-324",
                                    "-1.7976931348623157e308",
                                    "1.7976931348623157e308")),
                    new Values(
                            "real",
                            "g / 7.0",
                            List.of(
                                    "NaN",
                                    "Infinity",
                                    "-Infinity",
                                    "-0",
                                    "1e-45",
                                    "-3.4028235e38",
                                    "3.4028235e38")),
                    new Values(
                            "date",
                            "date '2000-01-01' + g",
                            List.of("infinity", "-infinity", "4713-11-24 BC", "5874897-12-31")),
                    new Values(
                            "timestamp",
                            "timestamp '2000-01-01' + g * interval '1 h'",
                            List.of(
                                    "infinity",
                                    "-infinity",
                                    "4713-11-24 00:00:00 BC",
                                    "294276-12-31 23:59:59.999999")),
                    new Values(
                            "timestamptz",
                            "timestamptz '2000-01-01 Z' + g * interval '1 h'",
                            List.of(
                                    "infinity",
                                    "-infinity",
                                    "4713-11-24 00:00:00Z BC",
                                    "294276-12-31 23:59:59.999999Z")));

    /** From 17 on the planner takes a column for NOT NULL that is so by now. */
    @ParameterizedTest
    @ValueSource(ints = {13, 17, 18})
    void nullsOfTheSnapshotAreFoundThoughTheColumnIsNotNullByNow(int major) throws PgException {
        useServer(major);
        table("int", "SELECT nullif(g % 10, 0) FROM generate_series(1, 800) g");
        assertThat(
                        ranges(
                                new Partitioning.Ntile("c"),
                                "UPDATE t SET c = 0 WHERE c IS NULL",
                                "ALTER TABLE t ALTER c SET NOT NULL"))
                .last()
                .isEqualTo("pg_catalog.num_nulls(\"c\") = 1");
    }

    static Stream<Arguments> calculatedWith() {
        return Stream.of(14, 18)
                .flatMap(
                        major ->
                                CALCULATED_WITH.stream()
                                        .flatMap(
                                                values ->
                                                        Stream.of(
                                                                Arguments.of(
                                                                        major,
                                                                        values,
                                                                        new Partitioning.Ntile(
                                                                                "c")),
                                                                Arguments.of(
                                                                        major,
                                                                        values,
                                                                        new Partitioning.Minmax(
                                                                                "c")))));
    }

    @ParameterizedTest
    @MethodSource("calculatedWith")
    void everyRowIsInExactlyOneRange(int major, Values values, Partitioning.ByColumn by)
            throws Exception {
        useServer(major);
        table(values.type(), "SELECT " + values.even() + " FROM generate_series(1, 800) g");
        List<String> even = ranges(by);
        assertThat(even).hasSize(PARTS);
        assertThat(sizes(even)).allMatch(size -> size >= 98 && size <= 102);

        database.execute(
                values.extremes().stream()
                        .map(extreme -> "INSERT INTO t (c) VALUES ('" + extreme + "')")
                        .toArray(String[]::new));
        database.execute("INSERT INTO t (c) VALUES (NULL), (NULL)");
        List<String> all = ranges(by);
        assertThat(all).last().isEqualTo("pg_catalog.num_nulls(\"c\") = 1");
        assertThat(sizes(all)).last().isEqualTo(2L);
    }

    static Stream<Arguments> ordered() {
        return Stream.of(
                Arguments.of("text", "'v' || g"),
                Arguments.of("text COLLATE \"C\"", "chr(64 + g % 100) || '\\''' || g"),
                Arguments.of("varchar(20)", "'v' || g"),
                Arguments.of("char(20)", "'v' || g"),
                Arguments.of("name", "'v' || g"),
                Arguments.of("\"char\"", "chr(1 + g % 120)"),
                Arguments.of("bytea", "decode(md5(g::text), 'hex')"),
                Arguments.of("uuid", "md5(g::text)::uuid"),
                Arguments.of("bool", "g % 2 = 0"),
                Arguments.of("bit(12)", "g::bit(12)"),
                Arguments.of("varbit", "g::bit(12)"),
                Arguments.of("interval", "g * interval '1 mon 2 days 03:04:05.6'"),
                Arguments.of("time", "time '00:00' + g * interval '1 min'"),
                Arguments.of("timetz", "timetz '00:00+03' + g * interval '1 min'"),
                Arguments.of("inet", "inet '10.0.0.0' + g"),
                Arguments.of("cidr", "(inet '10.0.0.0' + g)::cidr"),
                Arguments.of("money", "g::money"),
                Arguments.of("jsonb", "jsonb_build_object('a', g)"),
                Arguments.of("pg_lsn", "('0/' || to_hex(g))::pg_lsn"),
                Arguments.of("oid", "g::oid"),
                Arguments.of("int[]", "ARRAY[g, NULL]"),
                Arguments.of("text[]", "ARRAY['a,\"b' || g]"),
                Arguments.of("int4range", "int4range(g, g + 5)"),
                Arguments.of("int4multirange", "int4multirange(int4range(g, g + 5))"),
                Arguments.of("mood", "(ARRAY['sad', 'ok''y', 'happy'])[1 + g % 3]::mood"),
                Arguments.of("feeling", "(ARRAY['sad', 'ok''y', 'happy'])[1 + g % 3]::mood"),
                Arguments.of(
                        "regclass",
                        "CASE WHEN g % 2 = 0 THEN 'pg_class'::regclass ELSE g::oid::regclass END"),
                Arguments.of("positive", "g"),
                Arguments.of("small_positive", "g"),
                Arguments.of(
                        "pair",
                        "CASE WHEN g % 9 = 0 THEN ROW(NULL, NULL)::pair ELSE ROW(g, 'x')::pair"
                                + " END"),
                Arguments.of("elsewhere.citext", "CASE WHEN g % 2 = 0 THEN 'V' ELSE 'v' END || g"),
                Arguments.of("elsewhere.ltree", "('a.b' || g)::elsewhere.ltree"));
    }

    /** The order is the type's own, wherever its operators are and whatever session asks. */
    @ParameterizedTest
    @MethodSource("ordered")
    void ntileTakesEveryTypeWithAnOrder(String type, String value) throws Exception {
        database.execute(
                "CREATE SCHEMA elsewhere",
                "CREATE EXTENSION citext SCHEMA elsewhere",
                "CREATE EXTENSION ltree SCHEMA elsewhere",
                "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                "ALTER TYPE mood ADD VALUE 'ok''y' BEFORE 'happy'",
                "CREATE DOMAIN feeling AS mood",
                "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                "CREATE DOMAIN small_positive AS positive CHECK (VALUE < 100000)",
                "CREATE TYPE pair AS (a int, b text)");
        table(type, "SELECT " + value + " FROM generate_series(1, 800) g");
        database.execute("INSERT INTO t (c) VALUES (NULL)");
        List<String> ranges = ranges(new Partitioning.Ntile("c"));
        assertThat(ranges).hasSizeGreaterThan(2);
        assertThat(sizes(ranges)).doesNotContain(0L);
        database.execute("CREATE INDEX ON t (c)", "ANALYZE t");
        assertThat(sizes(ranges(new Partitioning.Ntile("c")))).isEqualTo(sizes(ranges));
    }

    @Test
    void comparesUnderTheColumnsOwnCollation() throws Exception {
        database.execute(
                "CREATE COLLATION odd (provider = icu, locale = 'und-u-ks-level2', deterministic ="
                        + " false)");
        table("text COLLATE odd", "SELECT chr(97 + g % 26) FROM generate_series(1, 800) g");
        database.execute("INSERT INTO t (c) SELECT upper(c) FROM t");
        List<String> ranges = ranges(new Partitioning.Ntile("c"));
        List<Long> sizes = sizes(ranges);
        assertThat(sizes).hasSize(PARTS).doesNotContain(0L);
        // This rewrites no table, so that no reader would notice.
        String altered = "ALTER TABLE t ALTER c TYPE text COLLATE \"C\"";
        assertThat(ranges(new Partitioning.Ntile("c"), altered)).isEqualTo(ranges);
        assertThat(sizes(ranges)).isEqualTo(sizes);
    }

    @Test
    void leavesNoRangeWithoutRowsWhereValuesAreFew() throws Exception {
        table("int", "SELECT CASE WHEN g < 700 THEN 1 ELSE g END FROM generate_series(1, 800) g");
        assertThat(sizes(ranges(new Partitioning.Ntile("c")))).containsExactly(700L, 100L);
    }

    @Test
    void columnThatDoesNotDivideGivesNone() throws Exception {
        table("int", "SELECT 1 FROM generate_series(1, 800) g");
        for (String next : List.of("UPDATE t SET c = NULL", "DELETE FROM t", "SELECT 1")) {
            assertThat(ranges(new Partitioning.Ntile("c"))).isEmpty();
            assertThat(ranges(new Partitioning.Minmax("c"))).isEmpty();
            database.execute(next);
        }
    }

    /** From 18 a column says NOT NULL while rows that were there before may be null. */
    @Test
    void findsNullsUnderAConstraintThatIsNotValid() throws Exception {
        table("int", "SELECT nullif(g, 5) FROM generate_series(1, 800) g");
        database.execute("ALTER TABLE t ADD CONSTRAINT n NOT NULL c NOT VALID");
        assertThat(sizes(ranges(new Partitioning.Minmax("c")))).hasSize(PARTS + 1).contains(1L);
    }

    @Test
    void leavesOutBoundsThatWouldFillTheState() throws Exception {
        table(
                "text",
                "SELECT CASE WHEN g < 400 THEN lpad(g::text, 2000, 'x') ELSE 'a' || g END"
                        + " FROM generate_series(1, 800) g");
        List<String> ranges = ranges(new Partitioning.Ntile("c"));
        assertThat(sizes(ranges)).hasSizeBetween(3, PARTS - 1);
        assertThat(ranges).allMatch(range -> range.length() < 1500);
    }

    @Test
    void quotesNamesAndValues() throws Exception {
        database.execute(
                "CREATE TABLE t (\"Odd %s ? \"\"c\" text)",
                "INSERT INTO t SELECT 'it''s \\ %d ? $1 ' || g FROM generate_series(1, 800) g");
        assertThat(sizes(ranges(new Partitioning.Ntile("Odd %s ? \"c")))).hasSize(PARTS);
    }

    @Test
    void boundsAreThoseOfTheSnapshot() throws Exception {
        table("int", "SELECT g FROM generate_series(1, 800) g");
        List<String> ranges =
                ranges(
                        new Partitioning.Ntile("c"),
                        "INSERT INTO t (c) SELECT 1000 + g FROM generate_series(1, 8000) g",
                        "INSERT INTO t (c) VALUES (NULL)");
        assertThat(ranges)
                .hasSize(PARTS)
                .first()
                .isEqualTo("\"c\" OPERATOR(pg_catalog.<) '101'::integer");
        assertThat(ranges).last().isEqualTo("\"c\" OPERATOR(pg_catalog.>=) '701'::integer");
    }

    @Test
    void columnThatWasAlteredSinceIsLookedAtAgainAtTheNextStart() {
        table("json", "SELECT '1'::json FROM generate_series(1, 800) g");
        for (Partitioning.ByColumn by :
                List.of(
                        new Partitioning.Ntile("c"),
                        new Partitioning.Minmax("c"),
                        new Partitioning.Ntile("gone"))) {
            assertThatThrownBy(() -> ranges(by))
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining("it was altered just now")
                    .extracting(error -> ((PgException) error).recovery())
                    .isEqualTo(PgException.Recovery.RETRY);
        }
    }

    /** Bounds stay the same objects' when they get other names, or are gone. */
    @Test
    void objectsOfTheCatalogAreNotBoundsByName() throws Exception {
        database.execute(
                "CREATE TABLE a ()",
                "CREATE TABLE b ()",
                "CREATE TABLE d ()",
                "CREATE TABLE t (id int, c regclass)",
                "INSERT INTO t SELECT g, (ARRAY['a', 'b', 'd']::regclass[])[1 + g % 3] FROM"
                        + " generate_series(1, 800) g");
        List<String> ranges = ranges(new Partitioning.Ntile("c"));
        List<Long> sizes = sizes(ranges);
        assertThat(sizes).containsExactly(266L, 267L, 267L);
        database.execute(
                "ALTER TABLE a RENAME TO x",
                "ALTER TABLE d RENAME TO a",
                "ALTER TABLE x RENAME TO d",
                "DROP TABLE b");
        assertThat(sizes(ranges)).isEqualTo(sizes);
    }

    /** Labels change places among the values; the values don't. */
    @Test
    void labelsOfAnEnumerationAreNotBoundsByName() throws Exception {
        database.execute("CREATE TYPE \"odd %s mood\" AS ENUM ('a', 'b', 'd')");
        table(
                "\"odd %s mood\"",
                "SELECT (ENUM_RANGE(NULL::\"odd %s mood\"))[1 + g % 3] FROM"
                        + " generate_series(1, 800) g");
        List<String> ranges = ranges(new Partitioning.Ntile("c"));
        List<Long> sizes = sizes(ranges);
        assertThat(sizes).containsExactly(266L, 267L, 267L);
        database.execute(
                "ALTER TYPE \"odd %s mood\" RENAME VALUE 'a' TO 'x'",
                "ALTER TYPE \"odd %s mood\" RENAME VALUE 'd' TO 'a'",
                "ALTER TYPE \"odd %s mood\" RENAME VALUE 'x' TO 'd'");
        assertThat(sizes(ranges)).isEqualTo(sizes);
        database.execute("ALTER TYPE \"odd %s mood\" ADD VALUE 'c' BEFORE 'b'");
        PgClient client = Clients.superuser(database);
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession session = client.openSnapshot()) {
            assertThatThrownBy(() -> read(keeper, session, ranges.get(1)))
                    .isInstanceOf(TableRewrittenException.class)
                    .hasMessageContaining("names was altered");
        }
    }

    /** As a reader does it; how many rows come. */
    private long read(Keeper keeper, SnapshotSession session, String range) throws PgException {
        return read(keeper, session, range, null);
    }

    private long read(Keeper keeper, SnapshotSession session, String range, @Nullable String column)
            throws PgException {
        TableFile file = file(keeper);
        session.beginByValue(keeper.identity(), file, range, column);
        session.lock(file);
        session.startCopy("SELECT id FROM ONLY public.t WHERE " + range, null);
        long rows = 0;
        ByteBuffer row;
        while ((row = session.nextCopyData()) != null) {
            // The trailer is shorter than a row.
            rows += row.remaining() > 2 ? 1 : 0;
        }
        session.commit();
        return rows;
    }

    private long readAll(List<String> ranges) throws PgException {
        PgClient client = Clients.superuser(database);
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession session = client.openSnapshot()) {
            long rows = 0;
            for (String range : ranges) {
                rows += read(keeper, session, range);
            }
            return rows;
        }
    }

    @Test
    void rangeOfWhatLiesInItsOrderIsReadByTheIndex() throws Exception {
        rangeOfWhatLiesInItsOrderIsReadByTheIndex(18);
    }

    @Test
    @Tag("long")
    void rangeOfWhatLiesInItsOrderIsReadByTheIndexOn15() throws Exception {
        rangeOfWhatLiesInItsOrderIsReadByTheIndex(15);
    }

    /** The planner takes the rows of a bitmap for scattered over the table. */
    private void rangeOfWhatLiesInItsOrderIsReadByTheIndex(int major) throws Exception {
        useServer(major);
        table("int", "SELECT g FROM generate_series(1, 1000000) g");
        database.execute(
                "CREATE INDEX ON t (c)",
                "ANALYZE t",
                "ALTER DATABASE \"" + database.name() + "\" SET work_mem = '64kB'");
        List<String> ranges = ranges(new Partitioning.Minmax("c"));
        PgClient client = Clients.superuser(database);
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession session = client.openSnapshot()) {
            assertThat(scans(() -> read(keeper, session, ranges.get(1)))).as("whole").isEqualTo(1);
            assertThat(scans(() -> read(keeper, session, ranges.get(2), "c"))).isZero();
        }
    }

    @FunctionalInterface
    private interface Read {
        long rows() throws PgException;
    }

    /** How often the whole table is read meanwhile. */
    private long scans(Read read) throws Exception {
        String scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 't'";
        String all =
                "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname ="
                        + " 't'";
        long allBefore = database.queryLong(all);
        long before = database.queryLong(scans);
        assertThat(read.rows()).isEqualTo(125_000);
        Await.until("it is counted", () -> database.queryLong(all) > allBefore);
        return database.queryLong(scans) - before;
    }

    /** As an upgrade of ICU or glibc leaves it: the index is out of order. */
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void indexOfAnotherVersionOfItsCollationIsNotTrusted(int major) throws Exception {
        useServer(major);
        database.execute(
                "CREATE COLLATION one (provider = icu, locale = 'und')",
                "CREATE TABLE t (id int, c text COLLATE one, filler char(200)) WITH (fillfactor ="
                        + " 10)",
                "INSERT INTO t SELECT g, (ARRAY['a','B','c','D','e','F'])[1 + g % 6] || g, 'x' FROM"
                        + " generate_series(1, 8000) g",
                "CREATE INDEX ON t (c)",
                "ANALYZE t",
                "UPDATE pg_collation SET "
                        + (major >= 17 ? "colllocale" : "colliculocale")
                        + " = 'und-u-kn-true', collversion = '1.2.3' WHERE collname = 'one'");
        assertThat(readAll(ranges(new Partitioning.Ntile("c")))).isEqualTo(8000);
    }

    /** A collation is named in SQL, and names can change hands. */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void collationOfTheSameNameIsNotTakenForTheColumns(int major) throws Exception {
        useServer(major);
        database.execute(
                "CREATE COLLATION one (provider = icu, locale = 'de')",
                "CREATE COLLATION two (provider = libc, locale = 'C')");
        table(
                "text COLLATE one",
                "SELECT chr((CASE WHEN g % 2 = 0 THEN 65 ELSE 97 END) + g % 26) || g FROM"
                        + " generate_series(1, 800) g");
        PgClient client = Clients.superuser(database);
        List<String> ranges = ranges(new Partitioning.Ntile("c"));
        assertThat(sizes(ranges)).hasSize(PARTS);
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession session = client.openSnapshot()) {
            read(keeper, session, ranges.get(1));
            database.execute("ALTER COLLATION one RENAME TO three");
            assertThatThrownBy(() -> read(keeper, session, ranges.get(1)))
                    .isInstanceOf(TableRewrittenException.class);
            database.execute("ALTER COLLATION two RENAME TO one");
            assertThatThrownBy(() -> read(keeper, session, ranges.get(1)))
                    .isInstanceOf(TableRewrittenException.class);
        }
    }

    @Test
    void nullsInArraysAreReadAsSuch() throws Exception {
        database.execute("ALTER DATABASE " + database.name() + " SET array_nulls = off");
        table(
                "text[]",
                "SELECT ARRAY[CASE WHEN g % 2 = 0 THEN chr(65 + g % 50) END, g::text] FROM"
                        + " generate_series(1, 800) g");
        assertThat(readAll(ranges(new Partitioning.Ntile("c")))).isEqualTo(800);
    }

    static Stream<Arguments> farApart() {
        return Stream.of(
                Arguments.of("float8", "-1.7976931348623157e308", "1.7976931348623157e308"),
                Arguments.of("float8", "0", "5e-324"),
                Arguments.of("float8", "-5e-324", "5e-324"),
                Arguments.of("float8", "0", "2e-323"),
                Arguments.of("real", "0", "1e-45"),
                Arguments.of("real", "-3.4028235e38", "3.4028235e38"),
                Arguments.of("numeric", "-9e131071", "9e131071"),
                Arguments.of("numeric", "0", "1e-16383"),
                Arguments.of("int8", "-9223372036854775808", "9223372036854775807"),
                Arguments.of("date", "4713-11-24 BC", "5874897-12-31"),
                Arguments.of(
                        "timestamptz", "4713-11-24 00:00:00Z BC", "294276-12-31 23:59:59.999999Z"));
    }

    /** What is calculated between them must be of the type, too. */
    @ParameterizedTest
    @MethodSource
    void farApart(String type, String low, String high) throws Exception {
        table(type, "VALUES ('" + low + "'::" + type + "), ('" + high + "')");
        for (Partitioning.ByColumn by :
                List.of(new Partitioning.Minmax("c"), new Partitioning.Ntile("c"))) {
            List<String> ranges = ranges(by);
            if (!ranges.isEmpty()) {
                sizes(ranges);
            }
        }
    }

    /** PostgreSQL, and whoever adds types to it, quotes what it can't calculate with. */
    @Test
    void errorQuotesNoValue() {
        database.execute(
                "CREATE TYPE code AS (v text)",
                "CREATE FUNCTION is(code, code) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE"
                        + " 'bad code %', $1 USING ERRCODE = '22023'; END $$",
                "CREATE FUNCTION cmp(code, code) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE"
                        + " 'bad code %', $1 USING ERRCODE = '22023'; END $$");
        for (String operator : List.of("<", "<=", "=", ">=", ">")) {
            database.execute(
                    "CREATE OPERATOR "
                            + operator
                            + " (LEFTARG = code, RIGHTARG = code, FUNCTION = is)");
        }
        database.execute(
                "CREATE OPERATOR CLASS codes DEFAULT FOR TYPE code USING btree AS OPERATOR 1 <,"
                        + " OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1"
                        + " cmp(code, code)");
        table("code", "SELECT ROW('secret' || g)::code FROM generate_series(1, 800) g");
        assertThatThrownBy(() -> ranges(new Partitioning.Ntile("c")))
                .isInstanceOf(PgException.class)
                .hasMessageStartingWith("Cannot divide public.t by column \"c\" on ")
                .hasMessageContaining(": SQLSTATE 22023. PostgreSQL's own words may quote a value")
                .extracting(ValueRangesTest::told)
                .asString()
                .doesNotContain("secret");
    }

    /** All that a log shows of an error. */
    private static String told(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** However often it is tried, as much has to be sorted. */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void saysWhatMendsTheLimitOfTemporaryFiles(int major) throws Exception {
        useServer(major);
        table("text", "SELECT repeat(g::text, 30) FROM generate_series(1, 40000) g");
        database.execute(
                "CREATE ROLE \"Sorts little\" LOGIN PASSWORD 'p'",
                "ALTER ROLE \"Sorts little\" SET temp_file_limit = '64kB'",
                "ALTER ROLE \"Sorts little\" SET work_mem = '64kB'",
                "ALTER ROLE \"Sorts little\" SET max_parallel_workers_per_gather = 0",
                "GRANT SELECT ON t TO \"Sorts little\"");
        PgClient client =
                new JdbcPgClient(
                        database.connectionConfig("Sorts little", "p"), Duration.ofSeconds(60));
        try {
            PgException failure =
                    catchThrowableOfType(
                            PgException.class, () -> ranges(client, new Partitioning.Ntile("c")));
            assertThat(failure)
                    .hasMessageStartingWith("Cannot divide public.t by column \"c\" on ")
                    .hasMessageContaining("temp_file_limit")
                    .hasMessageNotContaining("pg_drop_replication_slot");
            assertThat(failure.recovery()).isEqualTo(PgException.Recovery.FAIL);
            Matcher advice = Pattern.compile("ALTER ROLE .* = -1").matcher(failure.getMessage());
            assertThat(advice.find()).isTrue();
            database.execute(advice.group());
            assertThat(ranges(client, new Partitioning.Ntile("c"))).hasSize(PARTS);
        } finally {
            database.execute("DROP OWNED BY \"Sorts little\"", "DROP ROLE \"Sorts little\"");
        }
    }
}

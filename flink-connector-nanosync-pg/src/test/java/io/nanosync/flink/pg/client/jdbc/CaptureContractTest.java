package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.relation.contract.ContractComparison;
import io.nanosync.flink.pg.relation.contract.Coverage;
import io.nanosync.flink.pg.relation.contract.Difference;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Reads the contract from real catalogs and compares it with what people do to them. */
final class CaptureContractTest {

    private static final String VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";
    private static final List<Integer> FROM_15 = List.of(15, 16, 17, 18);

    /** Drops whatever a pipeline made: cheaper than a new database for each. */
    private static final String EMPTY =
            """
            DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT pubname FROM pg_publication LOOP
                    EXECUTE format('DROP PUBLICATION %I', name);
                END LOOP;
                FOR name IN
                    SELECT nspname FROM pg_namespace
                     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
                LOOP
                    EXECUTE format('DROP SCHEMA %I CASCADE', name);
                END LOOP;
                CREATE SCHEMA public;
                GRANT USAGE ON SCHEMA public TO PUBLIC;
            END $$
            """;

    private static final Map<Integer, TestDatabase> DATABASES = new HashMap<>();

    private final List<ControlSession> open = new ArrayList<>();

    @AfterEach
    void closeSessions() {
        open.forEach(ControlSession::close);
    }

    @AfterAll
    static void dropDatabases() {
        DATABASES.values().forEach(TestDatabase::close);
        DATABASES.clear();
    }

    /** A pipeline that captures tables of a database through publication {@code p}. */
    private final class Pipeline {

        final TestDatabase database;
        final ControlSession control;
        List<TableSchema> captured = List.of();
        @Nullable CaptureContract contract;
        List<String> key = List.of();
        String digest = "";

        Pipeline(int major, List<String> tables, String... sql) throws PgException {
            database =
                    DATABASES.computeIfAbsent(
                            major, version -> TestPostgres.shared(version).createDatabase());
            database.execute(EMPTY);
            database.execute(sql);
            PlainRole.in(database);
            control = Clients.plain(database).openControl();
            open.add(control);
            captured =
                    control
                            .describe(
                                    tables.stream()
                                            .map(name -> new QualifiedName("public", name))
                                            .toList(),
                                    "p")
                            .stream()
                            .map(TableDescription::schema)
                            .toList();
            CatalogReading reading = control.readCatalog("p", captured);
            assertThat(reading.schemas()).isEqualTo(captured);
            contract = requireNonNull(reading.contract());
            digest = reading.digest();
            assertThat(compare(reading)).isEmpty();
        }

        List<Difference> after(String... sql) throws PgException {
            database.execute(sql);
            CatalogReading reading = control.readCatalog("p", captured);
            assertThat(control.catalogDigest("p", captured)).isEqualTo(reading.digest());
            List<Difference> differences = compare(reading);
            if (!differences.isEmpty()) {
                assertThat(reading.digest()).isNotEqualTo(digest);
            }
            digest = reading.digest();
            if (differences.stream().allMatch(Difference.Harmless.class::isInstance)) {
                contract = requireNonNull(reading.contract());
            }
            return differences;
        }

        private Set<List<String>> keys() {
            return key.isEmpty() ? Set.of() : Set.of(key);
        }

        private List<Difference> compare(CatalogReading reading) {
            return ContractComparison.compare("p", table -> keys(), captured, contract, reading);
        }

        void costs(String what, String... sql) throws PgException {
            assertThat(after(sql))
                    .anySatisfy(
                            difference ->
                                    assertThat(difference)
                                            .isInstanceOf(Difference.CostsChanges.class)
                                            .extracting(Difference::what)
                                            .asString()
                                            .contains(what));
        }

        void needsReview(String what, String... sql) throws PgException {
            assertThat(after(sql))
                    .filteredOn(difference -> !(difference instanceof Difference.Harmless))
                    .singleElement()
                    .isInstanceOf(Difference.ForReview.class)
                    .extracting(Difference::what)
                    .asString()
                    .contains(what);
        }

        void isHarmless(String what, String... sql) throws PgException {
            assertThat(after(sql))
                    .singleElement()
                    .isInstanceOf(Difference.Harmless.class)
                    .extracting(Difference::what)
                    .asString()
                    .contains(what);
        }

        void isNothing(String... sql) throws PgException {
            assertThat(after(sql)).isEmpty();
        }
    }

    private Pipeline plain(int major) throws PgException {
        return new Pipeline(
                major,
                List.of("t", "u"),
                "CREATE TABLE t (id int PRIMARY KEY, a int, b int, note text)",
                "CREATE TABLE u (id int PRIMARY KEY)",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "CREATE PUBLICATION p FOR TABLE t, u");
    }

    private Pipeline partitioned(int major) throws PgException {
        return new Pipeline(
                major,
                List.of("m"),
                "CREATE TABLE m (id int, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY RANGE"
                        + " (id)",
                "CREATE TABLE m21 PARTITION OF m2 FOR VALUES FROM (10) TO (20)",
                "ALTER TABLE m REPLICA IDENTITY FULL",
                "ALTER TABLE m1 REPLICA IDENTITY FULL",
                "ALTER TABLE m21 REPLICA IDENTITY FULL",
                "CREATE PUBLICATION p FOR TABLE m WITH (publish_via_partition_root = true)");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void whatPgoutputAnnouncesItselfIsNoDifference(int major) throws Exception {
        Pipeline pipeline = plain(major);
        pipeline.isNothing(
                "ALTER TABLE t ADD COLUMN c int",
                "ALTER TABLE t DROP COLUMN note",
                "ALTER TABLE t ALTER a TYPE bigint",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "ALTER TABLE u RENAME TO v",
                "VACUUM FULL t",
                "GRANT SELECT ON t TO PUBLIC");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void whatIsNotOursIsNoDifference(int major) throws Exception {
        Pipeline pipeline = plain(major);
        pipeline.isNothing(
                "ALTER PUBLICATION p ADD TABLE other",
                "ALTER PUBLICATION p DROP TABLE other",
                "CREATE PUBLICATION q FOR TABLE t",
                "DROP TABLE other");
        pipeline.database.execute("CREATE ROLE owner_" + pipeline.database.name());
        pipeline.isHarmless(
                "has another owner",
                "GRANT CREATE ON DATABASE "
                        + pipeline.database.name()
                        + " TO owner_"
                        + pipeline.database.name(),
                "ALTER PUBLICATION p OWNER TO owner_" + pipeline.database.name());
        pipeline.isNothing();
        pipeline.database.execute(
                "ALTER PUBLICATION p OWNER TO postgres",
                "DROP OWNED BY owner_" + pipeline.database.name(),
                "DROP ROLE owner_" + pipeline.database.name());
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void tableThatIsAnotherOrGoneCostsChanges(int major) throws Exception {
        plain(major)
                .costs(
                        "was dropped, and another with OID",
                        "DROP TABLE t",
                        "CREATE TABLE t (id int PRIMARY KEY, a int, b int, note text)",
                        "ALTER PUBLICATION p ADD TABLE t");
        plain(major).costs("table public.u (OID", "DROP TABLE u");
        plain(major)
                .costs(
                        "is named public.t_old now, and another with OID",
                        "CREATE TABLE t_new (id int PRIMARY KEY, a int, b int, note text)",
                        "ALTER TABLE t RENAME TO t_old",
                        "ALTER TABLE t_new RENAME TO t",
                        "ALTER PUBLICATION p ADD TABLE t");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void publicationThatPublishesOtherwiseCostsChanges(int major) throws Exception {
        plain(major)
                .costs(
                        "published insert, update, delete, truncate and publishes insert",
                        "ALTER PUBLICATION p SET (publish = 'insert')");
        plain(major)
                .costs(
                        "publish_via_partition_root = false and has true",
                        "ALTER PUBLICATION p SET (publish_via_partition_root = true)");
        plain(major).costs("publication \"p\" does not exist", "DROP PUBLICATION p");
        plain(major)
                .costs(
                        "was dropped and created again",
                        "DROP PUBLICATION p",
                        "CREATE PUBLICATION p FOR TABLE t, u");
        plain(major).costs("does not cover public.t any more", "ALTER PUBLICATION p SET TABLE u");
        plain(major)
                .costs(
                        "table public.t is unlogged now",
                        "ALTER PUBLICATION p DROP TABLE t",
                        "ALTER TABLE t SET UNLOGGED");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void whatWasPutBackNeedsReview(int major) throws Exception {
        plain(major)
                .needsReview(
                        "publication \"p\" was altered and put back",
                        "ALTER PUBLICATION p SET (publish = 'insert')",
                        "ALTER PUBLICATION p SET (publish = 'insert, update, delete, truncate')");
        plain(major)
                .needsReview(
                        "public.t was taken out of publication \"p\" and added again",
                        "ALTER PUBLICATION p DROP TABLE t",
                        "ALTER PUBLICATION p ADD TABLE t");
        plain(major).isNothing("ALTER PUBLICATION p SET TABLE t, u, other");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void columnThatCameBackUnderItsNameCostsChanges(int major) throws Exception {
        plain(major)
                .costs(
                        "column \"note\" of public.t is another one under the same name (attnum 4"
                                + " then, 5 now)",
                        "ALTER TABLE t DROP COLUMN note, ADD COLUMN note text");
        plain(major)
                .costs(
                        "column \"a\" of public.t is another one",
                        "ALTER TABLE t RENAME a TO c",
                        "ALTER TABLE t RENAME b TO a",
                        "ALTER TABLE t RENAME c TO b");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void partitionsComeAndGo(int major) throws Exception {
        Pipeline pipeline = partitioned(major);
        pipeline.isHarmless(
                "partition public.m3 of public.m is new",
                "CREATE TABLE m3 PARTITION OF m FOR VALUES FROM (20) TO (30)",
                "ALTER TABLE m3 REPLICA IDENTITY FULL");
        pipeline.isNothing();
        pipeline.isHarmless(
                "public.m3 of public.m was detached", "ALTER TABLE m DETACH PARTITION m3");
        pipeline.needsReview(
                "partition public.m1 of public.m was detached and attached again",
                "ALTER TABLE m DETACH PARTITION m1",
                "ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10)");
    }

    /** Before 15 its changes may be left out. */
    @ParameterizedTest
    @FieldSource(VERSIONS)
    void partitionThatIsAttachedCostsChangesOnOldServers(int major) throws Exception {
        String[] attached = {
            "CREATE TABLE m3 (id int, note text)",
            "ALTER TABLE m3 REPLICA IDENTITY FULL",
            "ALTER TABLE m ATTACH PARTITION m3 FOR VALUES FROM (20) TO (30)"
        };
        String[] attachedWithWhatIsBelow = {
            "CREATE TABLE m3 (id int, note text) PARTITION BY RANGE (id)",
            "CREATE TABLE m31 PARTITION OF m3 FOR VALUES FROM (20) TO (25)",
            "ALTER TABLE m31 REPLICA IDENTITY FULL",
            "ALTER TABLE m ATTACH PARTITION m3 FOR VALUES FROM (20) TO (30)"
        };
        if (major < 15) {
            partitioned(major).costs("partition public.m3 of public.m was attached", attached);
            partitioned(major)
                    .costs(
                            "partition public.m31 of public.m was attached",
                            attachedWithWhatIsBelow);
        } else {
            partitioned(major).isHarmless("partition public.m3 of public.m is new", attached);
        }
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void partitionedTableThatIsAttachedEmptyIsHarmless(int major) throws Exception {
        Pipeline pipeline = partitioned(major);
        pipeline.isHarmless(
                "partition public.m3 of public.m is new",
                "CREATE TABLE m3 (id int, note text) PARTITION BY RANGE (id)",
                "ALTER TABLE m ATTACH PARTITION m3 FOR VALUES FROM (20) TO (30)");
        pipeline.isHarmless(
                "partition public.m31 of public.m is new",
                "CREATE TABLE m31 PARTITION OF m3 FOR VALUES FROM (20) TO (25)",
                "ALTER TABLE m31 REPLICA IDENTITY FULL");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void partitionWithAnotherIdentityThanItsRootIsFoundWithWhatMendsIt(int major) throws Exception {
        Pipeline pipeline = partitioned(major);
        List<Difference> differences =
                pipeline.after("CREATE TABLE m22 PARTITION OF m FOR VALUES FROM (20) TO (30)");
        assertThat(differences)
                .singleElement()
                .isEqualTo(
                        new Difference.Unsettled(
                                "partition public.m22 of public.m has replica identity DEFAULT, its"
                                    + " root has replica identity FULL: old rows of it would come"
                                    + " with made-up nulls",
                                "ALTER TABLE \"public\".\"m22\" REPLICA IDENTITY FULL",
                                new QualifiedName("public", "m")));
        pipeline.isHarmless(
                "partition public.m22 of public.m is new", "ALTER TABLE m22 REPLICA IDENTITY FULL");
    }

    /** It is in no row of the publication itself, so PostgreSQL lets it be. */
    @ParameterizedTest
    @FieldSource(VERSIONS)
    void unloggedPartitionIsFoundAsLongAsItIs(int major) throws Exception {
        assertThat(partitioned(major).after("ALTER TABLE m1 SET UNLOGGED"))
                .containsExactly(
                        new Difference.CostsChanges(
                                "partition public.m1 of public.m is unlogged: its changes are not"
                                        + " in the WAL",
                                "ALTER TABLE \"public\".\"m\" DETACH PARTITION"
                                        + " \"public\".\"m1\"",
                                new QualifiedName("public", "m")));
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void partitionByAnotherKeyThanItsRootIsFound(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("m"),
                        "CREATE TABLE m (id int PRIMARY KEY, code int NOT NULL) PARTITION BY RANGE"
                                + " (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "CREATE UNIQUE INDEX by_code ON m1 (code)",
                        "CREATE UNIQUE INDEX by_id ON m1 (id)",
                        "CREATE PUBLICATION p FOR ALL TABLES WITH (publish_via_partition_root ="
                                + " true)");
        pipeline.isHarmless(
                "was altered like its root", "ALTER TABLE m1 REPLICA IDENTITY USING INDEX by_id");
        assertThat(pipeline.after("ALTER TABLE m1 REPLICA IDENTITY USING INDEX by_code"))
                .singleElement()
                .isInstanceOf(Difference.Unsettled.class)
                .extracting(Difference::what)
                .asString()
                .contains(
                        "partition public.m1 of public.m has replica identity INDEX (code), its"
                                + " root has replica identity DEFAULT (id)");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void tableThatBecomesAPartitionOfAPublishedOneCostsChanges(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE TABLE quiet (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE root (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE PUBLICATION p FOR TABLE t, root WITH (publish_via_partition_root ="
                                + " true)");
        pipeline.isHarmless(
                "public.t was attached to another table, or detached",
                "ALTER TABLE quiet ATTACH PARTITION t FOR VALUES FROM (0) TO (10)");
        pipeline.isHarmless("public.t was attached", "ALTER TABLE quiet DETACH PARTITION t");
        pipeline.costs(
                "the changes of public.t are published under the name of public.root",
                "ALTER TABLE root ATTACH PARTITION t FOR VALUES FROM (0) TO (10)");
    }

    @ParameterizedTest
    @FieldSource("FROM_15")
    void rowFilterAndColumnListCostChanges(int major) throws Exception {
        plain(major)
                .costs(
                        "covers public.t with a row filter now",
                        "ALTER PUBLICATION p SET TABLE t WHERE (id > 5), u");
        plain(major)
                .costs(
                        "covers public.t with column list (id, a) now",
                        "ALTER PUBLICATION p SET TABLE t (id, a), u");
        plain(major)
                .needsReview(
                        "public.t was taken out of publication \"p\" and added again",
                        "ALTER PUBLICATION p SET TABLE t WHERE (id > 5), u",
                        "ALTER PUBLICATION p SET TABLE t, u");
    }

    /** The stream tells of the new name; the list goes by the column's number. */
    @ParameterizedTest
    @FieldSource("FROM_15")
    void newNameOfAListedColumnIsNoDifference(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY, a int, b int)",
                        "CREATE PUBLICATION p FOR TABLE t (id, a)");
        assertThat(pipeline.after("ALTER TABLE t RENAME COLUMN a TO c")).isEmpty();
        pipeline.costs(
                "covers public.t with column list (id, b) now",
                "ALTER PUBLICATION p SET TABLE t (id, b)");
    }

    /** Whoever alters a table locks it, and others wait behind that: the look mustn't. */
    @ParameterizedTest
    @FieldSource("FROM_15")
    void lockedTableCanBeLookedAt(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t", "m"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)",
                        "CREATE PUBLICATION p FOR TABLE t WHERE (id > 0), m WHERE (id > 1)"
                                + " WITH (publish_via_partition_root = true)");
        try (Connection other = pipeline.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE t, m IN ACCESS EXCLUSIVE MODE");
            assertThat(pipeline.after()).isEmpty();
            other.rollback();
        }
    }

    /** The usual way to rename a table that clients go on to use by its former name. */
    @ParameterizedTest
    @FieldSource(VERSIONS)
    void viewUnderTheNameOfARenamedTableIsNoDifference(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE PUBLICATION p FOR TABLE t");
        assertThat(
                        pipeline.after(
                                "ALTER TABLE t RENAME TO t_new",
                                "CREATE VIEW t AS SELECT * FROM t_new"))
                .isEmpty();
    }

    @ParameterizedTest
    @FieldSource("FROM_15")
    void publicationOfASchemaCoversAsWell(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE PUBLICATION p FOR TABLE t");
        pipeline.isHarmless("by other rows too", "ALTER PUBLICATION p ADD TABLES IN SCHEMA public");
        pipeline.isHarmless("or by fewer", "ALTER PUBLICATION p DROP TABLE t");
        pipeline.needsReview(
                "public.t was taken out of publication \"p\" and added again",
                "ALTER PUBLICATION p DROP TABLES IN SCHEMA public",
                "ALTER PUBLICATION p ADD TABLES IN SCHEMA public");
    }

    @ParameterizedTest
    @FieldSource("FROM_15")
    void tableThatLeftItsSchemaForAMomentNeedsReview(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE SCHEMA other",
                        "CREATE PUBLICATION p FOR TABLES IN SCHEMA public");
        pipeline.isNothing(
                "ALTER TABLE t RENAME TO v",
                "ALTER TABLE v RENAME TO t",
                "ALTER TABLE t OWNER TO postgres",
                "ALTER SCHEMA public RENAME TO renamed",
                "ALTER SCHEMA renamed RENAME TO public",
                "VACUUM FULL",
                "VACUUM FREEZE");
        pipeline.needsReview(
                "public.t was moved to another schema than the one that publication \"p\" covers",
                "ALTER TABLE t SET SCHEMA other",
                "ALTER TABLE other.t SET SCHEMA public");
    }

    /** What its own row says of it holds wherever it is. */
    @ParameterizedTest
    @FieldSource("FROM_15")
    void tableThatAnotherRowCoversMayLeaveItsSchema(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE SCHEMA other",
                        "CREATE PUBLICATION p FOR TABLE t, TABLES IN SCHEMA public");
        pipeline.isHarmless(
                "by other rows too",
                "ALTER TABLE t SET SCHEMA other",
                "ALTER TABLE other.t SET SCHEMA public");
    }

    private Pipeline leaf(int major, String publication) throws PgException {
        return new Pipeline(
                major,
                List.of("m1"),
                "CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE m0 PARTITION OF m FOR VALUES FROM (0) TO (20) PARTITION BY RANGE"
                        + " (id)",
                "CREATE TABLE m1 PARTITION OF m0 FOR VALUES FROM (0) TO (10)",
                publication);
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void partitionThatOnlyAnAncestorsRowCoversNeedsReviewOnceItWasDetached(int major)
            throws Exception {
        String gap = "public.m1 was detached from the table by which publication \"p\" covers it";
        leaf(major, "CREATE PUBLICATION p FOR TABLE m")
                .needsReview(
                        gap,
                        "ALTER TABLE m0 DETACH PARTITION m1",
                        "ALTER TABLE m0 ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10)");
        leaf(major, "CREATE PUBLICATION p FOR TABLE m")
                .needsReview(
                        gap,
                        "ALTER TABLE m DETACH PARTITION m0",
                        "ALTER TABLE m ATTACH PARTITION m0 FOR VALUES FROM (0) TO (20)");
        leaf(major, "CREATE PUBLICATION p FOR TABLE m0")
                .isHarmless(
                        "public.m1 was attached to another table, or detached",
                        "ALTER TABLE m DETACH PARTITION m0");
        leaf(major, "CREATE PUBLICATION p FOR TABLE m, m1")
                .isHarmless(
                        "public.m1 was attached to another table, or detached",
                        "ALTER TABLE m0 DETACH PARTITION m1",
                        "ALTER TABLE m0 ATTACH PARTITION m1 FOR VALUES FROM (0) TO (10)");
    }

    @ParameterizedTest
    @FieldSource("FROM_15")
    void partitionThatOnlyAnAncestorsSchemaCoversNeedsReviewOnceThatOneLeftIt(int major)
            throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("m1"),
                        "CREATE SCHEMA roots",
                        "CREATE SCHEMA other",
                        "CREATE TABLE roots.m (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE m1 PARTITION OF roots.m FOR VALUES FROM (0) TO (10)",
                        "CREATE PUBLICATION p FOR TABLES IN SCHEMA roots");
        pipeline.needsReview(
                "public.m1 was moved to another schema",
                "ALTER TABLE roots.m SET SCHEMA other",
                "ALTER TABLE other.m SET SCHEMA roots");
    }

    @ParameterizedTest
    @FieldSource("FROM_15")
    void filterCountsOnceNoSchemaCoversItsTable(int major) throws Exception {
        String[] sql = {
            "CREATE TABLE t (id int PRIMARY KEY)",
            "CREATE PUBLICATION p FOR TABLE t WHERE (id > 100), TABLES IN SCHEMA public"
        };
        new Pipeline(major, List.of("t"), sql)
                .costs(
                        "publication \"p\" covers public.t with a row filter now",
                        "ALTER PUBLICATION p DROP TABLES IN SCHEMA public");
        new Pipeline(major, List.of("t"), sql)
                .needsReview(
                        "public.t was taken out of publication \"p\" and added again",
                        "ALTER PUBLICATION p DROP TABLES IN SCHEMA public",
                        "ALTER PUBLICATION p ADD TABLES IN SCHEMA public");
        new Pipeline(major, List.of("t"), sql)
                .isHarmless("by fewer", "ALTER PUBLICATION p DROP TABLE t");
    }

    /**
     * Only who applies changes by the key needs to know: under FULL all columns tell rows apart.
     */
    @ParameterizedTest
    @FieldSource(VERSIONS)
    void primaryKeyUnderFullIdentityThatIsDroppedCostsWhoeverReliesOnIt(int major)
            throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (note text, id int, no int NOT NULL, PRIMARY KEY (id))",
                        "ALTER TABLE t REPLICA IDENTITY FULL",
                        "CREATE PUBLICATION p FOR TABLE t");
        pipeline.isNothing("ALTER TABLE t DROP CONSTRAINT t_pkey");
        pipeline.isNothing("ALTER TABLE t ADD PRIMARY KEY (id)");
        pipeline.key = List.of("id");
        assertThat(pipeline.after("ALTER TABLE t DROP CONSTRAINT t_pkey"))
                .singleElement()
                .isEqualTo(
                        new Difference.CostsChanges(
                                "changes of public.t are applied by its key (id), which it doesn't"
                                        + " have any more, or only as a deferrable one: rows of the"
                                        + " same key replace each other",
                                null,
                                new QualifiedName("public", "t")));
        pipeline.costs("which is (no) now", "ALTER TABLE t ADD PRIMARY KEY (no)");
        pipeline.costs(
                "only as a deferrable one",
                "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id) DEFERRABLE");
        pipeline.needsReview(
                "(id), which was dropped and added again",
                "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id)");
    }

    @ParameterizedTest
    @FieldSource(VERSIONS)
    void primaryKeyUnderFullIdentityMayBeRenamedAndItsIndexMadeAnew(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "ALTER TABLE t REPLICA IDENTITY FULL",
                        "CREATE PUBLICATION p FOR TABLE t");
        pipeline.key = List.of("id");
        pipeline.isNothing(
                "ALTER TABLE t RENAME id TO number",
                "ALTER TABLE t RENAME CONSTRAINT t_pkey TO t_key",
                "REINDEX TABLE CONCURRENTLY t",
                "VACUUM FULL t");
    }

    /** State before version 3 doesn't tell; the first comparison takes it over. */
    @ParameterizedTest
    @FieldSource("FROM_15")
    void contractThatDoesNotSayWhoWasInTheSchemaIsCompleted(int major) throws Exception {
        Pipeline pipeline =
                new Pipeline(
                        major,
                        List.of("t"),
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE PUBLICATION p FOR TABLES IN SCHEMA public");
        CaptureContract whole = requireNonNull(pipeline.contract);
        TableTerms terms = whole.tables().get(0);
        Coverage row = terms.coverage().get(0);
        assertThat(row.member()).isNotNull();
        pipeline.contract =
                new CaptureContract(
                        whole.publication(),
                        List.of(
                                new TableTerms(
                                        terms.oid(),
                                        terms.name(),
                                        terms.kind(),
                                        terms.persistence(),
                                        List.of(
                                                new Coverage(
                                                        row.by(),
                                                        row.of(),
                                                        row.oid(),
                                                        row.xmin(),
                                                        null,
                                                        null,
                                                        null)),
                                        terms.ancestors(),
                                        terms.partitions(),
                                        terms.key())));
        pipeline.isNothing();
        assertThat(pipeline.contract).isEqualTo(whole);
    }
}

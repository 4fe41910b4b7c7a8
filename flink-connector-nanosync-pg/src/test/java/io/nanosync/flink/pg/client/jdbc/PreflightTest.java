package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Finding.Severity;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What preflight finds in tables, publication and role; {@link PreflightServerTest} has the rest.
 */
final class PreflightTest {

    private static final String ALL_VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";

    private @Nullable TestDatabase created;

    /** The test's database: of the newest version unless it said another. */
    private TestDatabase database() {
        if (created == null) {
            onVersion(18);
        }
        return requireNonNull(created);
    }

    private void onVersion(int major) {
        TestDatabase database = TestPostgres.shared(major).createDatabase();
        created = database;
        PlainRole.in(database);
    }

    @AfterEach
    void dropDatabase() {
        if (created != null) {
            created.execute("DROP OWNED BY " + PlainRole.NAME);
            created.close();
        }
    }

    private List<Finding> asPlainRole(String... tables) throws Exception {
        return preflight(Clients.plain(database()), "pub", "preflight_slot", tables);
    }

    private List<Finding> asSuperuser(String... tables) throws Exception {
        return preflight(Clients.superuser(database()), "pub", "preflight_slot", tables);
    }

    private static List<Finding> preflight(
            PgClient client, @Nullable String publication, @Nullable String slot, String... tables)
            throws Exception {
        try (ControlSession control = client.openControl()) {
            return control.preflight(
                    new PreflightRequest(
                            Stream.of(tables).map(QualifiedName::parse).toList(),
                            slot,
                            slot != null,
                            publication,
                            6,
                            false));
        }
    }

    private static Finding error(String problem, @Nullable String remedy) {
        return new Finding(Severity.ERROR, problem, remedy);
    }

    private static Finding warning(String problem) {
        return new Finding(Severity.WARNING, problem, null);
    }

    private void table(String name) {
        database()
                .execute(
                        "CREATE TABLE " + name + " (id int PRIMARY KEY, v text)",
                        "GRANT SELECT ON " + name + " TO " + PlainRole.NAME);
    }

    private void publication(String clause) {
        database().execute("CREATE PUBLICATION pub FOR " + clause);
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void findsNothingWhereEverythingIsInPlace(int major) throws Exception {
        onVersion(major);
        table("orders");
        database()
                .execute(
                        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id)",
                        "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1,"
                                + " REMAINDER 0)",
                        "GRANT SELECT ON parted, leaf TO nanosync");
        publication("TABLE orders, parted WITH (publish_via_partition_root = true)");

        assertThat(asPlainRole("public.orders", "public.parted")).isEmpty();
        assertThat(asSuperuser("public.orders", "public.parted")).isEmpty();
        assertThat(preflight(Clients.plain(database()), null, null, "public.orders")).isEmpty();
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void tellsEveryTroubleAtOnce(int major) throws Exception {
        onVersion(major);
        database()
                .execute(
                        "CREATE TABLE keyless (v int)",
                        "CREATE TABLE ordered (id int PRIMARY KEY)",
                        "CREATE VIEW seen AS SELECT * FROM keyless",
                        "CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY)");

        assertThat(asPlainRole("public.keyless", "public.orderd", "public.seen", "public.fleeting"))
                .containsExactly(
                        error(
                                "Table public.orderd does not exist in database \""
                                        + database().name()
                                        + "\"; the nearest name is public.ordered",
                                null),
                        error(
                                "public.seen is a view, which has no changes in the WAL. Capture"
                                        + " the tables that it reads",
                                null),
                        error(
                                "Table public.fleeting is unlogged: its changes are not in the WAL",
                                "ALTER TABLE \"public\".\"fleeting\" SET LOGGED"),
                        error(
                                "Role \"nanosync\" may not read public.keyless, public.fleeting",
                                "GRANT SELECT ON TABLE \"public\".\"keyless\","
                                        + " \"public\".\"fleeting\" TO \"nanosync\""),
                        error(
                                "Table public.keyless has no replica identity (it is set to"
                                        + " DEFAULT, and there is no usable primary key):"
                                        + " PostgreSQL would refuse every UPDATE and DELETE on it"
                                        + " once it is published",
                                "ALTER TABLE \"public\".\"keyless\" REPLICA IDENTITY FULL, or:"
                                        + " ALTER TABLE \"public\".\"keyless\" ADD PRIMARY KEY"
                                        + " (COLUMNS)"),
                        error(
                                "Publication \"pub\" does not exist, and role \"nanosync\" can't"
                                        + " create it: it does not own public.keyless,"
                                        + " public.fleeting, and has no CREATE privilege on the"
                                        + " database. Let a superuser create it, or an owner of the"
                                        + " tables with CREATE on the database",
                                "CREATE PUBLICATION \"pub\" FOR TABLE ONLY"
                                        + " \"public\".\"keyless\", ONLY \"public\".\"fleeting\""
                                        + " WITH (publish_via_partition_root = true)"));
    }

    @Test
    void itsRemediesMendWhatTheyAreFor() throws Exception {
        database()
                .execute(
                        "CREATE SCHEMA \"Sales\"",
                        "CREATE TABLE \"Sales\".\"a \"\"b\"\"\" (v int)",
                        "CREATE ROLE outsider LOGIN PASSWORD 'x'");
        try {
            QualifiedName name = new QualifiedName("Sales", "a \"b\"");
            PgClient client =
                    new JdbcPgClient(
                            database().connectionConfig("outsider", "x"),
                            Clients.WAL_SENDER_TIMEOUT);
            try (ControlSession control = client.openControl()) {
                PreflightRequest request =
                        new PreflightRequest(List.of(name), "s", true, "pub", 6, false);
                List<Finding> findings = control.preflight(request);
                assertThat(findings).hasSize(5);
                assertThat(findings)
                        .contains(
                                error(
                                        "Role \"outsider\" may not replicate",
                                        "ALTER ROLE \"outsider\" REPLICATION"));
                for (Finding finding : findings) {
                    String remedy = requireNonNull(finding.remedy());
                    database().execute(remedy.replaceAll(", or: .*", ""));
                }
                assertThat(control.preflight(request)).isEmpty();
            }
        } finally {
            database().execute("DROP OWNED BY outsider", "DROP ROLE outsider");
        }
    }

    @Test
    void guessesNothingForANameThatIsFarFromAll() throws Exception {
        table("orders");
        assertThat(asSuperuser("public.zzz"))
                .containsExactly(
                        error(
                                "Table public.zzz does not exist in database \""
                                        + database().name()
                                        + "\"",
                                null));
    }

    @Test
    void refusesForeignTablesMaterializedViewsAndSystemTables() throws Exception {
        database()
                .execute(
                        "CREATE FOREIGN DATA WRAPPER nowhere",
                        "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
                        "CREATE FOREIGN TABLE abroad (v int) SERVER far",
                        "CREATE MATERIALIZED VIEW stored AS SELECT 1 AS v");

        assertThat(asSuperuser("public.abroad", "public.stored", "pg_catalog.pg_class"))
                .extracting(Finding::problem)
                .contains(
                        "public.abroad is a foreign table, whose changes are in the WAL of another"
                                + " server. Capture it there",
                        "public.stored is a materialized view, which has no changes in the WAL."
                                + " Capture the tables that it reads",
                        "Table pg_catalog.pg_class is a system table, which can't be published");
    }

    @Test
    void refusesAForeignLeaf() throws Exception {
        database()
                .execute(
                        "CREATE FOREIGN DATA WRAPPER nowhere",
                        "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
                        "CREATE TABLE parted (id int) PARTITION BY RANGE (id)",
                        "CREATE FOREIGN TABLE abroad PARTITION OF parted FOR VALUES FROM (1) TO (9)"
                                + " SERVER far",
                        "ALTER TABLE parted REPLICA IDENTITY FULL");

        assertThat(asSuperuser("public.parted"))
                .containsExactly(
                        error(
                                "Partition public.abroad of public.parted is a foreign table, whose"
                                    + " changes are in the WAL of another server. Capture it there",
                                null));
    }

    @Test
    void acceptsAnUnloggedTableForASnapshotAlone() throws Exception {
        database().execute("CREATE UNLOGGED TABLE fleeting (v int)");
        assertThat(preflight(Clients.superuser(database()), null, null, "public.fleeting"))
                .isEmpty();
    }

    @Test
    void offersAUniqueIndexAsReplicaIdentity() throws Exception {
        database().execute("CREATE TABLE t (a int NOT NULL UNIQUE, b int UNIQUE)");
        assertThat(asSuperuser("public.t"))
                .extracting(Finding::remedy)
                .containsExactly(
                        "ALTER TABLE \"public\".\"t\" REPLICA IDENTITY FULL, or: ALTER TABLE"
                                + " \"public\".\"t\" REPLICA IDENTITY USING INDEX \"t_a_key\"");
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void takesADeferrablePrimaryKeyForNoReplicaIdentityAsPostgresDoes(int major) throws Exception {
        onVersion(major);
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE, v int)",
                        "CREATE PUBLICATION pub FOR TABLE t WITH (publish_via_partition_root ="
                                + " true)",
                        "INSERT INTO t VALUES (1, 1)");

        assertThat(asSuperuser("public.t")).extracting(Finding::severity).hasSize(1);
        assertThatThrownBy(() -> database().execute("UPDATE t SET v = 2"))
                .hasStackTraceContaining("does not have a replica identity");
    }

    @Test
    void refusesReplicaIdentityNothing() throws Exception {
        table("t");
        database().execute("ALTER TABLE t REPLICA IDENTITY NOTHING");
        assertThat(asSuperuser("public.t"))
                .containsExactly(
                        error(
                                "Table public.t has no replica identity (it is set to NOTHING):"
                                        + " PostgreSQL would refuse every UPDATE and DELETE on it"
                                        + " once it is published",
                                "ALTER TABLE \"public\".\"t\" REPLICA IDENTITY DEFAULT, or: ALTER"
                                        + " TABLE \"public\".\"t\" REPLICA IDENTITY FULL"));
    }

    @Test
    void refusesLeavesWhoseReplicaIdentityDiffersFromTheRoot() throws Exception {
        database()
                .execute(
                        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id)",
                        "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1,"
                                + " REMAINDER 0)",
                        "ALTER TABLE parted REPLICA IDENTITY FULL");
        assertThat(asSuperuser("public.parted"))
                .containsExactly(
                        error(
                                "Partition public.leaf of public.parted has replica identity"
                                        + " DEFAULT and its root has FULL: old rows would be"
                                        + " described wrongly",
                                "ALTER TABLE \"public\".\"leaf\" REPLICA IDENTITY FULL"));
    }

    @Test
    void asksForSelectOnEachLeafSinceLeavesAreReadByName() throws Exception {
        database()
                .execute(
                        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id)",
                        "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1,"
                                + " REMAINDER 0)",
                        "GRANT SELECT ON parted TO nanosync");
        publication("TABLE parted WITH (publish_via_partition_root = true)");
        assertThat(asPlainRole("public.parted"))
                .containsExactly(
                        error(
                                "Role \"nanosync\" may not read public.leaf",
                                "GRANT SELECT ON TABLE \"public\".\"leaf\" TO \"nanosync\""));
    }

    @Test
    void refusesToCaptureALeafTwice() throws Exception {
        database()
                .execute(
                        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE half PARTITION OF parted FOR VALUES FROM (1) TO (9) PARTITION"
                                + " BY RANGE (id)",
                        "CREATE TABLE leaf PARTITION OF half FOR VALUES FROM (1) TO (9)");
        assertThat(asSuperuser("public.parted", "public.leaf"))
                .containsExactly(twice("public.parted"));
        assertThat(asSuperuser("public.parted", "public.half"))
                .containsExactly(twice("public.half"));
        assertThat(asSuperuser("public.half")).isEmpty();
    }

    private static Finding twice(String root) {
        return error(
                "Partition public.leaf of "
                        + root
                        + " is captured by another name of the list too: its rows would come"
                        + " twice. Name the root or its partitions, not both",
                null);
    }

    @Test
    void refusesALeafThatIsPublishedAsItsRoot() throws Exception {
        database()
                .execute(
                        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id)",
                        "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1,"
                                + " REMAINDER 0)");
        publication("TABLE parted WITH (publish_via_partition_root = true)");
        assertThat(asSuperuser("public.leaf"))
                .containsExactly(
                        error(
                                "Publication \"pub\" publishes the changes of public.leaf under the"
                                    + " name of its root public.parted. Capture the root, or use a"
                                    + " publication of its own for the partition",
                                null));
    }

    @Test
    void refusesRowLevelSecurityThatAppliesToTheRole() throws Exception {
        table("t");
        publication("TABLE t");
        database().execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        assertThat(asPlainRole("public.t"))
                .containsExactly(
                        error(
                                "Row-level security would hide rows of public.t from the snapshot,"
                                        + " while the stream has them all",
                                "ALTER ROLE \"nanosync\" BYPASSRLS"));
        assertThat(asSuperuser("public.t")).isEmpty();
    }

    @Test
    void warnsOfGeneratedColumnsThatAreLeftOut() throws Exception {
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2)"
                                + " STORED)");
        assertThat(asSuperuser("public.t"))
                .containsExactly(
                        warning("Table public.t has generated columns, which are left out: twice"));
    }

    @Test
    void saysNothingOfAGeneratedColumnThatIsPublished() throws Exception {
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2)"
                                + " STORED)",
                        "CREATE TABLE parted (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id"
                                + " * 2) STORED) PARTITION BY HASH (id)",
                        "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1,"
                                + " REMAINDER 0)",
                        "ALTER TABLE parted REPLICA IDENTITY FULL",
                        "ALTER TABLE leaf REPLICA IDENTITY FULL");
        publication(
                "TABLE t, parted WITH (publish_via_partition_root = true, publish_generated_columns"
                        + " = stored)");
        assertThat(asSuperuser("public.t", "public.parted")).isEmpty();
    }

    /** What the application's DELETE meets once the tables are published. */
    private void assertServerRefusesDelete(String table) {
        assertThatThrownBy(() -> database().execute("DELETE FROM " + table))
                .hasStackTraceContaining(
                        "Replica identity must not contain unpublished generated columns");
    }

    @Test
    void refusesUnpublishedGeneratedColumnsInAReplicaIdentity() throws Exception {
        database()
                .execute(
                        "CREATE TABLE keyed (id int, twice int GENERATED ALWAYS AS (id * 2) STORED"
                                + " PRIMARY KEY)",
                        "CREATE TABLE whole (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id"
                                + " * 2) STORED)",
                        "ALTER TABLE whole REPLICA IDENTITY FULL",
                        "INSERT INTO keyed VALUES (1)",
                        "INSERT INTO whole VALUES (1)");
        List<Finding> findings = asSuperuser("public.keyed", "public.whole");
        assertThat(findings)
                .extracting(Finding::problem)
                .containsExactly(
                        "Table public.keyed has generated columns in its replica identity (DEFAULT)"
                                + " that are not published: twice. PostgreSQL would refuse every"
                                + " UPDATE and DELETE on it once it is published",
                        "Table public.whole has generated columns in its replica identity (FULL)"
                                + " that are not published: twice. PostgreSQL would refuse every"
                                + " UPDATE and DELETE on it once it is published");
        // It is right: published without them, the application can't delete.
        publication("TABLE keyed, whole WITH (publish_via_partition_root = true)");
        assertServerRefusesDelete("keyed");
        assertServerRefusesDelete("whole");
        assertThat(asSuperuser("public.keyed", "public.whole"))
                .extracting(Finding::remedy)
                .containsOnly("ALTER PUBLICATION \"pub\" SET (publish_generated_columns = stored)");
        database().execute("DROP PUBLICATION pub");
        // And its remedy mends it.
        assertThat(findings).extracting(Finding::remedy).doesNotContainNull().hasSize(2);
        database().execute(requireNonNull(findings.get(0).remedy()));
        assertThat(asSuperuser("public.keyed", "public.whole")).isEmpty();
        database().execute("DELETE FROM keyed", "DELETE FROM whole");
    }

    @Test
    void refusesVirtualGeneratedColumnsUnderFullIdentity() throws Exception {
        database()
                .execute(
                        "CREATE TABLE whole (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id"
                                + " * 2) VIRTUAL)",
                        "ALTER TABLE whole REPLICA IDENTITY FULL",
                        "INSERT INTO whole VALUES (1)");
        publication("TABLE whole WITH (publish_via_partition_root = true)");
        assertServerRefusesDelete("whole");
        List<Finding> findings = asSuperuser("public.whole");
        assertThat(findings)
                .extracting(Finding::remedy)
                .containsExactly("ALTER TABLE \"public\".\"whole\" REPLICA IDENTITY DEFAULT");
        database().execute(requireNonNull(findings.get(0).remedy()), "DELETE FROM whole");
        assertThat(asSuperuser("public.whole"))
                .containsExactly(
                        warning(
                                "Table public.whole has generated columns, which are left out:"
                                        + " twice"));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 17})
    void refusesAKeyThatWouldComeWithoutItsGeneratedColumn(int major) throws Exception {
        onVersion(major);
        database()
                .execute(
                        "CREATE TABLE keyed (id int, twice int GENERATED ALWAYS AS (id * 2) STORED"
                                + " PRIMARY KEY)");
        List<Finding> findings = asSuperuser("public.keyed");
        assertThat(findings)
                .containsExactly(
                        error(
                                "Table public.keyed has generated columns in its replica identity"
                                        + " (DEFAULT) that are not published: twice. The old key of"
                                        + " an UPDATE or DELETE would come without them",
                                "ALTER TABLE \"public\".\"keyed\" REPLICA IDENTITY FULL"));
        database().execute(requireNonNull(findings.get(0).remedy()));
        assertThat(asSuperuser("public.keyed"))
                .containsExactly(
                        warning(
                                "Table public.keyed has generated columns, which are left out:"
                                        + " twice"));
    }

    @Test
    void refusesAParentByInheritanceUntilItsChildrenAreNamedOrLeftOut() throws Exception {
        database()
                .execute(
                        "CREATE TABLE parent (id int PRIMARY KEY)",
                        "CREATE TABLE \"Child\" (PRIMARY KEY (id)) INHERITS (parent)");
        assertThat(asSuperuser("public.parent"))
                .containsExactly(
                        error(
                                "Table public.parent has children by inheritance, which are tables"
                                        + " of their own: their rows are no part of its capture."
                                        + " Add public.\"Child\" to the tables, or leave them out"
                                        + " by name: \"!public.\"Child\"\"",
                                null));
        assertThat(asSuperuser("public.parent", "public.\"Child\"")).isEmpty();
        try (ControlSession control = Clients.superuser(database()).openControl()) {
            QualifiedName parent = new QualifiedName("public", "parent");
            TableSelector.Matching children =
                    new TableSelector.Matching("public", "Ch.*", "public.Ch.*");
            TableSelector left = new TableSelector.Excluded(children);
            TableSelector chosen = new TableSelector.ChosenBy(List.of(left));
            for (TableSelector selector : List.of(left, chosen)) {
                assertThat(
                                control.preflight(
                                        new PreflightRequest(
                                                List.of(parent),
                                                "preflight_slot",
                                                true,
                                                "pub",
                                                6,
                                                false,
                                                List.of(selector),
                                                Map.of(),
                                                null)))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void acceptsAKeylessTableOfAPublicationOfInsertsAlone(int major) throws Exception {
        onVersion(major);
        database().execute("CREATE TABLE t (id int)");
        publication("TABLE t WITH (publish = 'insert')");
        assertThat(asSuperuser("public.t"))
                .containsExactly(
                        warning(
                                "Publication \"pub\" publishes inserts alone: updates, deletes and"
                                        + " truncates of the tables are no part of the capture"));
    }

    @Test
    void asksForTheRightOnTheTableWhereColumnsAloneAreGranted() throws Exception {
        database()
                .execute(
                        "CREATE TABLE t (id int PRIMARY KEY, v text)",
                        "GRANT SELECT (id, v) ON t TO nanosync");
        publication("TABLE t WITH (publish_via_partition_root = true)");
        List<Finding> findings = asPlainRole("public.t");
        assertThat(findings)
                .containsExactly(
                        error(
                                "Role \"nanosync\" may read public.t by columns alone, and the"
                                        + " snapshot needs the right on the table",
                                "GRANT SELECT ON TABLE \"public\".\"t\" TO \"nanosync\""));
        database().execute(requireNonNull(findings.get(0).remedy()));
        assertThat(asPlainRole("public.t")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 17, 18})
    void refusesATwoPhaseSlot(int major) throws Exception {
        onVersion(major);
        table("t");
        publication("TABLE t WITH (publish_via_partition_root = true)");
        String slot = "pre_twophase_" + major;
        database()
                .execute(
                        "SELECT pg_create_logical_replication_slot('"
                                + slot
                                + "', 'pgoutput', false, true)");
        List<Finding> findings = preflight(Clients.superuser(database()), "pub", slot, "public.t");
        assertThat(findings)
                .extracting(Finding::problem)
                .containsExactly(
                        "Slot \""
                                + slot
                                + "\" is there with two_phase: it delivers a prepared transaction"
                                + " before it is decided, which is not supported. Turn it off"
                                + " while nobody streams from it; it keeps what it holds");
        database().executeAsTold(requireNonNull(findings.get(0).remedy()));
        assertThat(preflight(Clients.superuser(database()), "pub", slot, "public.t")).isEmpty();
    }

    /** Its pgoutput knows no prepared transactions: they come at commit. */
    @Test
    void acceptsATwoPhaseSlotOf14() throws Exception {
        onVersion(14);
        table("t");
        publication("TABLE t WITH (publish_via_partition_root = true)");
        database()
                .execute(
                        "SELECT pg_create_logical_replication_slot('pre_twophase_14', 'pgoutput',"
                                + " false, true)",
                        "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'pre_14'");
        String messages =
                "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('pre_twophase_14', NULL,"
                        + " NULL, 'proto_version', '1', 'publication_names', 'pub')";
        assertThat(database().queryLong(messages)).isZero();
        database().execute("COMMIT PREPARED 'pre_14'");
        assertThat(database().queryLong(messages)).isPositive();
        assertThat(preflight(Clients.superuser(database()), "pub", "pre_twophase_14", "public.t"))
                .isEmpty();
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void takesMoneyOfTwoDigitsAlone(int major) throws Exception {
        onVersion(major);
        table("t");
        database()
                .execute(
                        "CREATE DOMAIN price AS money",
                        "CREATE TYPE offer AS (what text, cost price)",
                        "CREATE TABLE sold (id int PRIMARY KEY, total money, parts money[], offers"
                                + " offer[])");
        // The locale of the test's server has two digits; another may not be there to be tried.
        assertThat(asSuperuser("public.t", "public.sold")).isEmpty();
        assertThat(refusedMoney())
                .containsExactly(
                        error(
                                "Column \"total\" of table public.sold holds money, and under"
                                        + " lc_monetary \"ja_JP\" that has 0 digits behind the"
                                        + " point, expected 2: its values would be shifted",
                                "ALTER TABLE \"public\".\"sold\" ALTER COLUMN \"total\" TYPE"
                                        + " numeric USING \"total\"::numeric"),
                        error(
                                "Column \"parts\" of table public.sold holds money, and under"
                                        + " lc_monetary \"ja_JP\" that has 0 digits behind the"
                                        + " point, expected 2: its values would be shifted",
                                "ALTER TABLE \"public\".\"sold\" ALTER COLUMN \"parts\" TYPE"
                                        + " numeric[] USING \"parts\"::numeric[]"),
                        error(
                                "Column \"offers\" of table public.sold holds money, and under"
                                        + " lc_monetary \"ja_JP\" that has 0 digits behind the"
                                        + " point, expected 2: its values would be shifted",
                                null));
        for (Finding finding : refusedMoney()) {
            if (finding.remedy() != null) {
                database().execute(finding.remedy());
            }
        }
        assertThat(refusedMoney()).hasSize(1);
    }

    @Test
    void refusesMoneyOfYenWhereTheMachineHasTheLocale() throws Exception {
        database().execute("CREATE TABLE sold (id int PRIMARY KEY, total money)");
        assumeThatCode(
                        () ->
                                database()
                                        .execute(
                                                "ALTER DATABASE "
                                                        + database().name()
                                                        + " SET lc_monetary = 'ja_JP.utf8'"))
                .doesNotThrowAnyException();
        database().execute("INSERT INTO sold VALUES (1, '1234')");
        List<Finding> findings = asSuperuser("public.sold");
        assertThat(findings)
                .extracting(Finding::problem)
                .containsExactly(
                        "Column \"total\" of table public.sold holds money, and under lc_monetary"
                                + " \"ja_JP.utf8\" that has 0 digits behind the point, expected 2:"
                                + " its values would be shifted");
        database().execute(requireNonNull(findings.get(0).remedy()));
        assertThat(asSuperuser("public.sold")).isEmpty();
        assertThat(database().queryString("SELECT total FROM sold")).isEqualTo("1234");
    }

    /** What would be found in public.sold if money had no digits behind the point. */
    private List<Finding> refusedMoney() throws Exception {
        Connector connector = new Connector(database().connectionConfig());
        Findings findings = new Findings();
        try (Session session = connector.open(SessionKind.CONTROL)) {
            PreflightRequest request =
                    new PreflightRequest(
                            List.of(new QualifiedName("public", "sold")),
                            null,
                            false,
                            null,
                            1,
                            false);
            MoneyCheck.refuse(
                    PreflightContext.of(session, connector, request),
                    new MoneyCheck.Unit(0, "ja_JP"),
                    findings);
        }
        return findings.all();
    }

    @Test
    void readsTheDigitsOfACurrencyFromWhatOneIsStoredAs() {
        assertThat(MoneyCheck.digits("0000000000000064")).isEqualTo(2);
        assertThat(MoneyCheck.digits("0000000000000001")).isZero();
        assertThat(MoneyCheck.digits("00000000000003e8")).isEqualTo(3);
    }

    @Test
    void refusesAPublicationThatLeavesOutATableAnOperationOrTheRoot() throws Exception {
        table("covered");
        table("forgotten");
        database()
                .execute(
                        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id)",
                        "CREATE TABLE leaf PARTITION OF parted FOR VALUES WITH (MODULUS 1,"
                                + " REMAINDER 0)");
        publication("TABLE covered, parted WITH (publish = 'insert, update')");

        assertThat(asSuperuser("public.covered", "public.forgotten", "public.parted"))
                .containsExactly(
                        error(
                                "Publication \"pub\" does not publish every operation: insert true,"
                                        + " update true, delete false, truncate false",
                                "ALTER PUBLICATION \"pub\" SET (publish = 'insert, update, delete,"
                                        + " truncate')"),
                        error(
                                "Publication \"pub\" publishes changes of partitions under their"
                                        + " own names, not under that of the partitioned table",
                                "ALTER PUBLICATION \"pub\" SET (publish_via_partition_root ="
                                        + " true)"),
                        error(
                                "Publication \"pub\" does not cover table public.forgotten",
                                "ALTER PUBLICATION \"pub\" ADD TABLE ONLY"
                                        + " \"public\".\"forgotten\""));
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void tableThatThePipelineAddsToItsPublicationIsNoFinding(int major) throws Exception {
        onVersion(major);
        table("covered");
        table("added");
        publication("TABLE covered WITH (publish_via_partition_root = true)");
        assertThat(adding(Clients.superuser(database()), "public.covered", "public.added"))
                .isEmpty();
        // A role that owns neither leaves it to a person.
        assertThat(adding(Clients.plain(database()), "public.covered", "public.added"))
                .contains(
                        error(
                                "Publication \"pub\" does not cover table public.added",
                                "ALTER PUBLICATION \"pub\" ADD TABLE ONLY"
                                        + " \"public\".\"added\""));
    }

    /** That would alter what is captured already, which only a fresh snapshot mends. */
    @Test
    void partitionedTableIsNotAddedByAnotherWayOfPublishing() throws Exception {
        onVersion(18);
        table("covered");
        database()
                .execute(
                        "CREATE TABLE added (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE leaf PARTITION OF added FOR VALUES FROM (0) TO (10)");
        publication("TABLE covered");
        assertThat(adding(Clients.superuser(database()), "public.covered", "public.added"))
                .contains(
                        error(
                                "Publication \"pub\" publishes changes of partitions under their"
                                        + " own names, not under that of the partitioned table. The"
                                        + " pipeline streams, and setting"
                                        + " publish_via_partition_root would alter how its other"
                                        + " tables are published: capture the partitions by their"
                                        + " names, or the table by a pipeline of its own",
                                null));
    }

    /** A root publishes the changes of all that is below it. */
    @Test
    void leafOfAPublishedRootIsNotAddedHoweverFarBelowItIs() throws Exception {
        onVersion(18);
        table("covered");
        database()
                .execute(
                        "CREATE TABLE root (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE middle PARTITION OF root FOR VALUES FROM (0) TO (10)"
                                + " PARTITION BY RANGE (id)",
                        "CREATE TABLE added PARTITION OF middle FOR VALUES FROM (0) TO (5)");
        publication("TABLE covered, root WITH (publish_via_partition_root = true)");
        assertThat(adding(Clients.superuser(database()), "public.covered", "public.added"))
                .anySatisfy(
                        finding ->
                                assertThat(finding.problem())
                                        .contains("under the name of its root public.root"));
    }

    /** No server of these releases is at hand: PostgreSQL mended it in all of them at once. */
    @Test
    void tablesAreNotAddedOnAServerThatForgetsThem() {
        assertThat(ServerCheck.forgetsAddedTablesUntil(130_020)).isEqualTo(130_021);
        assertThat(ServerCheck.forgetsAddedTablesUntil(170_004)).isEqualTo(170_005);
        assertThat(ServerCheck.forgetsAddedTablesUntil(170_005)).isNull();
        assertThat(ServerCheck.forgetsAddedTablesUntil(180_000)).isNull();
    }

    private static List<Finding> adding(PgClient client, String... tables) throws Exception {
        try (ControlSession control = client.openControl()) {
            return control.preflight(
                    new PreflightRequest(
                            Stream.of(tables).map(QualifiedName::parse).toList(),
                            null,
                            false,
                            "pub",
                            6,
                            false,
                            List.of(),
                            Map.of(),
                            new PreflightRequest.Resumed(
                                    List.of(QualifiedName.parse("public.added")))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void saysWhatAPublicationLeavesOutOfATable(int major) throws Exception {
        onVersion(major);
        table("filtered");
        table("narrow");
        publication("TABLE filtered WHERE (id > 1), narrow (id)");

        assertThat(asSuperuser("public.filtered", "public.narrow"))
                .containsExactly(
                        warning(
                                "Publication \"pub\" publishes of table public.filtered rows WHERE"
                                        + " (id > 1) only: so does the pipeline, in its snapshot"
                                        + " too"),
                        warning(
                                "Publication \"pub\" publishes of table public.narrow columns (id)"
                                        + " only: so does the pipeline, in its snapshot too"));
    }

    @Test
    void acceptsAnOwnerWhoMayCreateThePublicationAndNamesTheMissingPrivilege() throws Exception {
        table("t");
        database().execute("ALTER TABLE t OWNER TO nanosync");
        List<Finding> findings = asPlainRole("public.t");
        assertThat(findings)
                .extracting(Finding::problem)
                .containsExactly(
                        "Publication \"pub\" does not exist, and role \"nanosync\" can't create it:"
                                + " it has no CREATE privilege on the database");
        database().execute(requireNonNull(findings.get(0).remedy()));
        assertThat(asPlainRole("public.t")).isEmpty();
    }

    @Test
    void refusesASlotThatIsNotForUs() throws Exception {
        table("t");
        try (TestDatabase other = TestPostgres.shared(18).createDatabase()) {
            other.execute("SELECT pg_create_logical_replication_slot('pre_other', 'pgoutput')");
            database()
                    .execute(
                            "SELECT pg_create_logical_replication_slot('pre_plugin',"
                                    + " 'test_decoding')",
                            "SELECT pg_create_physical_replication_slot('pre_physical')");
            assertThat(slotProblems("pre_other"))
                    .containsExactly(
                            "Slot \"pre_other\" is there for database \""
                                    + other.name()
                                    + "\", expected \""
                                    + database().name()
                                    + "\": names of slots are the whole server's. Give the"
                                    + " pipeline another replication_slot");
            assertThat(slotProblems("pre_plugin"))
                    .containsExactly(
                            "Slot \"pre_plugin\" is there with output plugin test_decoding,"
                                    + " expected pgoutput. Give the pipeline another"
                                    + " replication_slot, or drop it if nobody needs it");
            assertThat(slotProblems("pre_physical"))
                    .containsExactly(
                            "Slot \"pre_physical\" is there and is a physical one. Give the"
                                    + " pipeline another replication_slot, or drop it if nobody"
                                    + " needs it");
        } finally {
            database().execute("SELECT pg_drop_replication_slot('pre_physical')");
        }
    }

    private List<String> slotProblems(String slot) throws Exception {
        return preflight(Clients.superuser(database()), "pub", slot, "public.t").stream()
                .map(Finding::problem)
                .toList();
    }
}

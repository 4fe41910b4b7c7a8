package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the planner makes of captured tables, and what is refused before a job starts. */
class PlanningITCase {

    private static TestDatabase database;

    private TableEnvironment flink;

    @BeforeAll
    static void createTables() {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL, note"
                        + " text, ordered_at timestamptz)",
                "CREATE TABLE audited (id int PRIMARY KEY, what text)",
                "ALTER TABLE audited REPLICA IDENTITY FULL",
                "CREATE TABLE log (line text)",
                "CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, c text)",
                "CREATE UNIQUE INDEX pairs_key ON pairs (a, b)",
                "ALTER TABLE pairs REPLICA IDENTITY USING INDEX pairs_key",
                "CREATE VIEW recent AS SELECT * FROM orders",
                "CREATE ROLE clerk LOGIN PASSWORD 'hunter2'");
    }

    @AfterAll
    static void dropTables() {
        database.execute("DROP ROLE clerk");
        database.close();
    }

    @BeforeEach
    void createEnvironment() {
        flink = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        flink.getConfig().set("execution.checkpointing.interval", "10s");
    }

    private void create(String columns, String... options) {
        create(flink, columns, options);
    }

    private static void create(TableEnvironment flink, String columns, String... options) {
        StringBuilder sql = new StringBuilder("CREATE TABLE t (" + columns + ") WITH (");
        sql.append("'connector' = 'nanosync-pg'");
        for (String option : options) {
            sql.append(", ").append(option);
        }
        flink.executeSql(sql.append(')').toString());
    }

    private static String dsn() {
        return "'dsn' = '" + database.dsn() + "'";
    }

    private String refusal() {
        return refusal("SELECT * FROM t");
    }

    private String refusal(String query) {
        Throwable thrown = catchThrowable(() -> flink.explainSql(query));
        assertThat(thrown).as("a refusal").isNotNull();
        return String.valueOf(thrown.getMessage());
    }

    private String plan(String query) {
        return flink.explainSql(query, ExplainDetail.CHANGELOG_MODE);
    }

    @Test
    void autoIsUpsertWithAPrimaryKey() {
        create(
                "id BIGINT, total DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(plan("SELECT * FROM t"))
                .contains("ChangelogNormalize", "changelogMode=[I,UA,D]");
    }

    @Test
    void autoIsAllUnderReplicaIdentityFull() {
        create("id INT, what STRING", dsn(), "'table-name' = 'public.audited'");
        assertThat(plan("SELECT * FROM t"))
                .contains("changelogMode=[I,UB,UA,D]")
                .doesNotContain("ChangelogNormalize");
    }

    @Test
    void upsertTakesTheColumnsOfTheIdentityIndex() {
        create(
                "c STRING, b INT, a INT, PRIMARY KEY (b, a) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.pairs'");
        assertThat(plan("SELECT * FROM t")).contains("changelogMode=[I,UA,D]");
    }

    @Test
    void appendIsInsertOnly() {
        create(
                "id BIGINT, note STRING, op STRING METADATA",
                dsn(),
                "'table-name' = 'public.orders'",
                "'changelog-mode' = 'append'");
        assertThat(plan("SELECT * FROM t")).contains("changelogMode=[I]");
    }

    @Test
    void aSnapshotIsBoundedAndNeedsNoKey() {
        TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        create(
                batch,
                "line STRING",
                dsn(),
                "'table-name' = 'public.log'",
                "'startup-mode' = 'snapshot'");
        assertThat(batch.explainSql("SELECT count(*) FROM t")).contains("TableSourceScan");
    }

    @Test
    void refusesSpeculativeAttempts() {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        flink.getConfig().set("execution.batch.speculative.enabled", "true");
        create("line STRING", dsn(), "'table-name' = 'public.log'", "'startup-mode' = 'snapshot'");
        assertThat(refusal())
                .contains("can't be read by two attempts at a time")
                .contains("Set execution.batch.speculative.enabled: false");
    }

    @Test
    void batchModeRefusesAContinuousTable() {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        create("id INT, what STRING", dsn(), "'table-name' = 'public.audited'");
        assertThat(refusal()).contains("unbounded table", "batch mode is not allowed");
    }

    @Test
    void readsOnlyTheColumnsOfTheQuery() {
        create(
                "id INT, what STRING, home STRING METADATA FROM 'schema_name', database_name STRING"
                        + " METADATA",
                dsn(),
                "'table-name' = 'public.audited'");
        assertThat(plan("SELECT home, what FROM t"))
                .contains("project=[what], metadata=[schema_name]");
    }

    /** Where filters stay behind it, all that a job reads of a table is one scan. */
    @Test
    void readsATableOnceForAllStatementsOfASet() {
        create(
                "id INT, what STRING, home STRING METADATA FROM 'schema_name'",
                dsn(),
                "'table-name' = 'public.audited'",
                "'scan.filter-push-down' = 'false'");
        flink.executeSql("CREATE TABLE ids (id INT) WITH ('connector' = 'blackhole')");
        flink.executeSql(
                "CREATE TABLE texts (t STRING, u STRING) WITH ('connector' = 'blackhole')");
        StatementSet set = flink.createStatementSet();
        set.addInsertSql("INSERT INTO ids SELECT id FROM t WHERE id > 5");
        set.addInsertSql("INSERT INTO texts SELECT what, what FROM t WHERE id < 3");
        set.addInsertSql("INSERT INTO texts SELECT what, home FROM t LIMIT 7");
        set.addInsertSql(
                "INSERT INTO texts SELECT l.what, r.what FROM t l JOIN t r ON l.id = r.id");
        assertThat(executed(set.explain()))
                .containsOnlyOnce("TableSourceScan(")
                .containsPattern("project=\\[id, what(, home)?], metadata=\\[schema_name]");
    }

    /** The part of the explanation in which what is used again stands once. */
    private static String executed(String explanation) {
        return explanation.substring(explanation.indexOf("== Optimized Execution Plan =="));
    }

    @Test
    void asksForNoMoreRowsThanAreWantedOfASnapshot() {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        create("line STRING", dsn(), "'table-name' = 'public.log'", "'startup-mode' = 'snapshot'");
        assertThat(flink.explainSql("SELECT * FROM t LIMIT 10 OFFSET 5")).contains("limit=[15]");
        for (String other : List.of("ORDER BY line LIMIT 10", "WHERE line <> '' LIMIT 10")) {
            assertThat(flink.explainSql("SELECT * FROM t " + other))
                    .as(other)
                    .doesNotContain("limit=[");
        }
    }

    /** What needs old rows, of Flink and of a sink. */
    private static final List<String> STATEFUL =
            List.of(
                    "INSERT INTO keyed SELECT id, what FROM t WHERE what <> ''",
                    "INSERT INTO counted SELECT what, COUNT(*) FROM t GROUP BY what",
                    "INSERT INTO keyed SELECT id, what FROM t",
                    "INSERT INTO keyed SELECT l.id, r.what FROM t l JOIN t r ON l.id = r.id");

    private void createSinks(String id) {
        flink.executeSql(
                "CREATE TABLE keyed (id "
                        + id
                        + ", what STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' ="
                        + " 'keyed', 'name' = 'unused')");
        flink.executeSql(
                "CREATE TABLE counted (what STRING, n BIGINT, PRIMARY KEY (what) NOT ENFORCED) WITH"
                        + " ('connector' = 'keyed', 'name' = 'unused')");
    }

    @Test
    void keepsNoRowsUnderReplicaIdentityFull() {
        create(
                "id INT, what STRING, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.audited'");
        createSinks("INT");
        assertThat(STATEFUL).noneMatch(this::keepsRows);
    }

    @Test
    void keepsNoRowsOfChangesThatAreAppended() {
        create(
                "id BIGINT, what AS note, note STRING",
                dsn(),
                "'table-name' = 'public.orders'",
                "'changelog-mode' = 'append'");
        createSinks("BIGINT");
        assertThat(STATEFUL).noneMatch(this::keepsRows);
    }

    /** From Flink 2.1 on what goes by the key needs no more of a deleted row. */
    @Test
    void keepsRowsByTheirKeyWhereOldOnesAreNeeded() {
        create(
                "id BIGINT, what AS note, note STRING, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        createSinks("BIGINT");
        assertThat(STATEFUL)
                .filteredOn(this::keepsRows)
                .isEqualTo(DELETES_BY_KEY ? STATEFUL.subList(0, 2) : STATEFUL);
        assertThat(executed(plan("INSERT INTO keyed SELECT id, note FROM t WHERE id = 5")))
                .as("the key is looked at before rows are kept")
                .containsSubsequence(
                        DELETES_BY_KEY
                                ? new String[] {"where=[(id = 5)]", "TableSourceScan"}
                                : new String[] {
                                    "ChangelogNormalize", "where=[(id = 5)]", "TableSourceScan"
                                });
    }

    private static final boolean DELETES_BY_KEY =
            !EnvironmentInformation.getVersion().matches("(1\\..*|2\\.0\\..*)");

    private boolean keepsRows(String statement) {
        return plan(statement).contains("ChangelogNormalize");
    }

    @Test
    void offersEveryMetadataColumn() {
        create(
                "id INT, op STRING METADATA, table_name STRING METADATA, schema_name STRING"
                    + " METADATA, database_name STRING METADATA, commit_ts TIMESTAMP_LTZ(6)"
                    + " METADATA, commit_lsn STRING METADATA, `ordinal` BIGINT METADATA, xid BIGINT"
                    + " METADATA, snapshot BOOLEAN METADATA, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.audited'");
        assertThat(plan("SELECT * FROM t"))
                .contains(
                        "metadata=[op, table_name, schema_name, database_name, commit_ts,"
                                + " commit_lsn, ordinal, xid, snapshot]");
    }

    @Test
    void reportsEveryProblemWithTheOptionsAtOnce() {
        create(
                "id BIGINT",
                "'hostname' = 'localhost'",
                "'port' = 'http'",
                "'table-name' = 'orders'",
                "'changelog-mode' = 'apend'",
                "'toast' = 'reselected'",
                "'snapshot-workers' = 'many'",
                "'wal-heartbeat-interval' = '10s'");
        assertThat(refusal())
                .isEqualTo(
                        """
                        Cannot plan a scan of table default_catalog.default_database.t:
                          port: found "http", expected a whole number from 1 to 65535
                          database-name: missing, and there is no dsn
                          username: missing, and there is no dsn
                          table-name: Not a schema-qualified table name: orders; expected\
                         schema.table, quoted as in SQL where needed
                          changelog-mode: found "apend", expected auto, upsert, all or append;\
                         did you mean append?
                          toast: found "reselected", expected fail, null or reselect; did you\
                         mean reselect?
                          snapshot-workers: found "many", expected a whole number from 1 to 256
                        """
                                .stripTrailing());
    }

    @Test
    void blanksAroundAValueDontCount() {
        create(
                "id BIGINT, note STRING, op STRING METADATA",
                "'dsn' = ' " + database.dsn() + " '",
                "'table-name' = ' public.orders'",
                "'changelog-mode' = 'append '",
                "'scan.parallelism' = ' 2 '",
                "'chunk-size' = ' 500'");
        assertThat(plan("SELECT * FROM t")).contains("changelogMode=[I]");
    }

    @Test
    void reselectNeedsTheTablesKeyDeclared() {
        create(
                "id BIGINT, note STRING, op STRING METADATA",
                dsn(),
                "'table-name' = 'public.orders'",
                "'changelog-mode' = 'upsert'",
                "'toast' = 'reselect'");
        assertThat(refusal())
                .contains(
                        "toast: reselect reads rows again by the table's key, and that isn't what"
                                + " is declared. Declare PRIMARY KEY (id) NOT ENFORCED; or run:"
                                + " ALTER TABLE public.orders REPLICA IDENTITY FULL; or use 'toast'"
                                + " = 'null'");
    }

    @Test
    void reselectNeedsAKeyWhoseTextIsExact() {
        database.execute("CREATE TABLE named (k regclass PRIMARY KEY, big text)");
        create(
                "k STRING, big STRING, PRIMARY KEY (k) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.named'",
                "'toast' = 'reselect'");
        assertThat(refusal())
                .contains(
                        "toast: reselect can't read rows again by column \"k\" (regclass): its"
                                + " values are names of objects, and another object may have the"
                                + " name by then. Run: ALTER TABLE public.named REPLICA IDENTITY"
                                + " FULL; or use 'toast' = 'null'");
    }

    @Test
    void refusesUnknownOptions() {
        create("id BIGINT", dsn(), "'table-name' = 'public.orders'", "'chunksize' = '5'");
        assertThat(refusal())
                .isEqualTo(
                        """
                        Cannot plan a scan of table default_catalog.default_database.t:
                          chunksize: unknown option; did you mean chunk-size?\
                        """);
    }

    /** Also across the columns that are computed of others. */
    @Test
    void takesTheWatermarkWithItsOptions() {
        create(
                "id BIGINT, ordered_at TIMESTAMP_LTZ(3), ts AS COALESCE(ordered_at, CAST(TIMESTAMP"
                        + " '1970-01-01 00:00:00' AS TIMESTAMP_LTZ(3))), WATERMARK FOR ts AS ts -"
                        + " INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'",
                "'scan.watermark.emit.strategy' = 'on-event'",
                "'scan.watermark.idle-timeout' = '1s'");
        assertThat(plan("SELECT id, ordered_at FROM t"))
                .contains("watermark=[-(COALESCE(ordered_at", "idletimeout=[1000]", "on-event")
                .doesNotContain("+- WatermarkAssigner(");
        flink.executeSql(
                "ALTER TABLE t SET ('scan.watermark.alignment.group' = 'g',"
                        + " 'scan.watermark.alignment.max-drift' = '1min')");
        assertThat(refusal())
                .contains(
                        "  scan.watermark.alignment.group: has no effect: watermarks are made"
                                + " behind the source, which waits for no other. Leave it out",
                        "  scan.watermark.alignment.max-drift: has no effect");
    }

    @Test
    void refusesOptionsOfAWatermarkThatThereIsNone() {
        create(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'",
                "'scan.watermark.idle-timeout' = '1s'");
        assertThat(refusal())
                .endsWith(
                        "  scan.watermark.idle-timeout: has no effect, since no WATERMARK is"
                                + " declared; leave it out");
    }

    @Test
    void answersOptionsOfFlinkCdcWithItsOwn() {
        create(
                "id BIGINT",
                "'hostname' = '127.0.0.1'",
                "'database-name' = 'shop'",
                "'username' = 'clerk'",
                "'schema-name' = 'public'",
                "'table-name' = 'orders'",
                "'slot.name' = 'flink'",
                "'decoding.plugin.name' = 'pgoutput'",
                "'scan.startup.mode' = 'latest-offset'",
                "'scan.incremental.snapshot.enabled' = 'true'",
                "'debezium.snapshot.mode' = 'never'");
        assertThat(refusal())
                .isEqualTo(
                        """
Cannot plan a scan of table default_catalog.default_database.t:
  table-name: Not a schema-qualified table name: orders; expected\
 schema.table, quoted as in SQL where needed
  debezium.snapshot.mode: is an option of Flink CDC; use startup-mode\
 (never is latest or slot, initial_only is snapshot)
  decoding.plugin.name: is an option of Flink CDC; leave it out (the plugin\
 is always pgoutput)
  scan.incremental.snapshot.enabled: is an option of Flink CDC; leave it\
 out (a snapshot is always read in parts, side by side, with checkpoints\
 meanwhile)
  scan.startup.mode: is an option of Flink CDC; use startup-mode\
 (latest-offset is latest, committed-offset is slot)
  schema-name: is an option of Flink CDC; leave it out (the schema stands\
 in table-name: public.orders)
  slot.name: is an option of Flink CDC; use replication-slot (made when it\
 isn't there)\
""");
    }

    /** The statement of {@code docs/from-flink-cdc.md}. */
    @Test
    void plansTheTableOfThePageOnFlinkCdc() throws IOException {
        database.execute(
                "CREATE TABLE shipments (id bigint PRIMARY KEY, destination text NOT NULL, arrived"
                        + " boolean NOT NULL)");
        String page = Files.readString(FlinkCdcGuideTest.PAGE);
        int from = page.indexOf("```sql\n") + "```sql\n".length();
        String statement =
                page.substring(from, page.indexOf(";\n```", from))
                        .replace("'localhost'", "'127.0.0.1'")
                        .replace("'5432'", "'" + database.port() + "'")
                        .replace("'shop'", "'" + database.name() + "'")
                        .replace("'nanosync'", "'clerk'")
                        .replace("'secret'", "'hunter2'");
        flink.executeSql(statement);
        assertThat(plan("SELECT * FROM shipments")).contains("changelogMode=[I,UA,D]");
    }

    @Test
    void comparesTheDeclarationWithTheTable() {
        create(
                "id INT, totl DECIMAL(12, 2), total INT, note STRING NOT NULL, ordered_at"
                        + " TIMESTAMP(6)",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(refusal())
                .isEqualTo(
                        """
                        Cannot plan a scan of table default_catalog.default_database.t:
                          column "id": bigint can't be read as INT, expected BIGINT
                          column "totl": not among the captured columns of public.orders, expected\
                         one of id, total, note, ordered_at; did you mean total?
                          column "total": numeric(12,2) can't be read as INT, expected\
                         DECIMAL(12, 2)
                          column "note": declared NOT NULL, but may be null in PostgreSQL; declare\
                         it without NOT NULL, or run: ALTER TABLE public.orders ALTER COLUMN\
                         "note" SET NOT NULL
                          column "ordered_at": timestamp with time zone can't be read as\
                         TIMESTAMP(6), expected TIMESTAMP_LTZ(6)
                          PRIMARY KEY: missing, and public.orders has primary key (id), expected\
                         PRIMARY KEY (id) NOT ENFORCED\
                        """);
    }

    @Test
    void refusesAnotherKeyThanTheTables() {
        create(
                "id BIGINT, total DECIMAL(12, 2) NOT NULL, PRIMARY KEY (total) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(refusal())
                .endsWith(
                        "PRIMARY KEY: found (total), and public.orders has primary key (id),"
                                + " expected PRIMARY KEY (id) NOT ENFORCED");
    }

    @Test
    void refusesATableWithoutReplicaIdentity() {
        create("line STRING", dsn(), "'table-name' = 'public.log'");
        assertThat(refusal())
                .endsWith(
                        "changelog-mode: auto finds no key to update by: public.log has no primary"
                                + " key and REPLICA IDENTITY DEFAULT. Run: ALTER TABLE public.log"
                                + " REPLICA IDENTITY FULL; or give the table a primary key");
    }

    /**
     * {@code SET id = id + 1} moves rows up: each deletes the row that the one before it became.
     */
    @Test
    void refusesToUpdateByADeferrableKey() {
        database.execute(
                "CREATE TABLE moved (id bigint PRIMARY KEY DEFERRABLE)",
                "ALTER TABLE moved REPLICA IDENTITY FULL");
        create(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.moved'",
                "'changelog-mode' = 'upsert'");
        assertThat(refusal())
                .contains(
                        "changelog-mode: upsert finds no key to update by: public.moved has"
                                + " REPLICA IDENTITY FULL and no primary key that isn't"
                                + " deferrable.");
    }

    @Test
    void refusesAllWithoutReplicaIdentityFull() {
        create(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'",
                "'changelog-mode' = 'all'");
        assertThat(refusal())
                .endsWith(
                        "changelog-mode: all needs the old row of every update, and public.orders"
                                + " has primary key (id). Run: ALTER TABLE public.orders REPLICA"
                                + " IDENTITY FULL; or use 'changelog-mode' = 'upsert'");
    }

    @Test
    void refusesParallelismWithoutAKey() {
        create(
                "id INT, what STRING",
                dsn(),
                "'table-name' = 'public.audited'",
                "'scan.parallelism' = '2'");
        assertThat(refusal())
                .endsWith(
                        "scan.parallelism: needs a PRIMARY KEY to keep the changes of a row in"
                            + " order; declare PRIMARY KEY (…) NOT ENFORCED, or drop the option");
    }

    @Test
    void refusesAppendWithColumnsThatADeleteLacks() {
        create(
                "id BIGINT, total DECIMAL(12, 2) NOT NULL",
                dsn(),
                "'table-name' = 'public.orders'",
                "'changelog-mode' = 'append'");
        assertThat(refusal())
                .endsWith(
                        "column \"total\": declared NOT NULL, but a deleted row has only the"
                            + " columns of the replica identity; declare it without NOT NULL, or"
                            + " run: ALTER TABLE public.orders REPLICA IDENTITY FULL");
    }

    @Test
    void refusesAppendWithAKey() {
        create(
                "id BIGINT, total DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(refusal("SELECT DISTINCT id FROM t /*+ OPTIONS('changelog-mode' = 'append') */"))
                .endsWith(
                        ":\n  PRIMARY KEY: found (id), and append has a row for each change of a"
                                + " row, of the same key. Declare the table without it; one that"
                                + " is LIKE another leaves it out by EXCLUDING CONSTRAINTS");
        flink.executeSql(
                "CREATE TEMPORARY TABLE changes WITH ('changelog-mode' = 'append') LIKE t"
                        + " (EXCLUDING CONSTRAINTS)");
        assertThat(plan("SELECT DISTINCT id FROM changes")).contains("GroupAggregate");
    }

    @Test
    void refusesWhatIsNoTable() {
        create("id BIGINT", dsn(), "'table-name' = 'public.recent'");
        assertThat(refusal())
                .isEqualTo(
                        "Cannot plan a scan of table default_catalog.default_database.t:\n"
                                + "  table-name: public.recent is a view, whose changes PostgreSQL"
                                + " doesn't publish; name a table");
    }

    @Test
    void namesTheNearestTable() {
        create("id BIGINT", dsn(), "'table-name' = 'public.order'");
        assertThat(refusal())
                .isEqualTo(
                        "Cannot plan a scan of table default_catalog.default_database.t:\n"
                                + "  table-name: there is no table public.order in database "
                                + database.name()
                                + " on 127.0.0.1:"
                                + database.port()
                                + "; did you mean public.orders?");
    }

    @Test
    void saysThatNobodyAnswers() {
        create(
                "id BIGINT",
                "'dsn' = 'postgres://clerk:hunter2@127.0.0.1:1/shop?connect_timeout=5'",
                "'table-name' = 'public.orders'");
        assertThat(refusal())
                .startsWith(
                        "Cannot plan a scan of table default_catalog.default_database.t: Cannot"
                                + " connect as clerk on 127.0.0.1:1/shop: ")
                .doesNotContain("hunter2");
    }

    @Test
    void printsNoPasswordWhereverSomethingGoesWrong() {
        String secret = "'dsn' = 'postgres://clerk:hunter2@127.0.0.1:" + database.port() + "/";
        for (String options :
                new String[] {
                    secret + "nowhere', 'table-name' = 'public.orders'",
                    secret + database.name() + "', 'table-name' = 'public.orders', 'port' = '1'",
                    secret + database.name() + "', 'table-name' = 'public.gone'",
                    secret + database.name() + "', 'table-name' = 'public.orders', 'nonsense' = ''",
                    secret + database.name() + "'",
                    "'dsn' = 'clerk:hunter2@nowhere', 'table-name' = 'public.orders'"
                }) {
            create("id STRING", options);
            Throwable thrown = catchThrowable(() -> flink.explainSql("SELECT * FROM t"));
            assertThat(thrown).as(options).isNotNull();
            for (Throwable t = thrown; t != null; t = t.getCause()) {
                assertThat(String.valueOf(t)).doesNotContain("hunter2");
            }
            flink.executeSql("DROP TABLE t");
        }
    }

    /** Table {@code t}, whose connection is given option by option. */
    private void createWithPassword() {
        create(
                "id BIGINT, total DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED",
                "'hostname' = '127.0.0.1'",
                "'port' = '" + database.port() + "'",
                "'database-name' = '" + database.name() + "'",
                "'username' = 'clerk'",
                "'password' = 'hunter2'",
                "'table-name' = 'public.orders'");
    }

    @Test
    void aCompiledPlanConnectsAsTheTableSaysNow() {
        createWithPassword();
        flink.executeSql(
                "CREATE TABLE s (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' ="
                        + " 'blackhole')");
        PlanReference plan =
                PlanReference.fromJsonString(
                        flink.compilePlanSql("INSERT INTO s SELECT id FROM t").asJsonString());
        flink.executeSql("ALTER TABLE t SET ('port' = '1')");
        assertThat(catchThrowable(() -> flink.loadPlan(plan).explain()))
                .hasMessageContaining("Cannot plan a scan of table")
                .hasMessageContaining("127.0.0.1:1");
        flink.executeSql("ALTER TABLE t SET ('port' = '" + database.port() + "')");
        flink.executeSql("ALTER TABLE t SET ('changelog-mode' = 'all')");
        assertThat(refusal()).contains("changelog-mode: all needs the old row");
        assertThat(flink.loadPlan(plan).explain()).contains("TableSourceScan");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/*+ OPTIONS('startup-mode' = 'snapshot') */"})
    void refusesAKeyThatSeveralRowsMayHave(String hint) {
        create(
                "id INT, what STRING, PRIMARY KEY (what) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.audited'");
        assertThat(refusal("SELECT DISTINCT what FROM t " + hint))
                .endsWith(
                        "\n  PRIMARY KEY: found (what), and public.audited has REPLICA IDENTITY"
                                + " FULL and primary key (id), so that several rows may have the"
                                + " same, expected PRIMARY KEY (id) NOT ENFORCED");
    }

    @Test
    void refusesAKeyOfATableWithout() {
        create(
                "line STRING, PRIMARY KEY (line) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.log'",
                "'startup-mode' = 'snapshot'");
        assertThat(refusal()).contains("PRIMARY KEY: found (line)", "expected no PRIMARY KEY");
    }

    /** An old row would have the metadata of the change that removes it. */
    @Test
    void metadataOfChangesIsKeptByFlink() {
        create(
                "id INT, what STRING, op STRING METADATA, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.audited'");
        assertThat(plan("SELECT op, COUNT(*) FROM t GROUP BY op"))
                .contains("ChangelogNormalize(key=[id]")
                .contains("changelogMode=[I,UA,D]");
        assertThat(refusal("SELECT * FROM t /*+ OPTIONS('changelog-mode' = 'all') */"))
                .contains(
                        "changelog-mode: all has an old row with the metadata of the change that"
                                + " removes it, not with its own (op). Drop the option");
        flink.executeSql("DROP TABLE t");
        create(
                "id INT, what STRING, db STRING METADATA FROM 'database_name'",
                dsn(),
                "'table-name' = 'public.audited'");
        assertThat(plan("SELECT * FROM t")).contains("changelogMode=[I,UB,UA,D]");
        flink.executeSql("DROP TABLE t");
        database.execute(
                "CREATE TABLE lines (line text)", "ALTER TABLE lines REPLICA IDENTITY FULL");
        create("line STRING, op STRING METADATA", dsn(), "'table-name' = 'public.lines'");
        assertThat(refusal())
                .contains("changelog-mode: metadata of changes (op) needs a key")
                .contains("use 'changelog-mode' = 'append'");
    }

    /** A delete has the key alone. */
    @Test
    void takesAWatermarkOnWhatADeleteLacks() {
        create(
                "id BIGINT, ordered_at TIMESTAMP_LTZ(3), WATERMARK FOR ordered_at AS ordered_at,"
                        + " PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(plan("SELECT * FROM t")).contains("watermark=[ordered_at]");
    }

    @Test
    void takesAWatermarkOnMetadataOfAnUpsert() {
        create(
                "id BIGINT, committed_at TIMESTAMP_LTZ(3) METADATA FROM 'commit_ts', ts AS"
                        + " COALESCE(committed_at, CAST(TIMESTAMP '1970-01-01 00:00:00' AS"
                        + " TIMESTAMP_LTZ(3))), WATERMARK FOR ts AS ts, PRIMARY KEY (id) NOT"
                        + " ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(plan("SELECT id, ts FROM t")).contains("watermark=[");
    }

    @Test
    void refusesMetadataThatDoesNotFit() {
        create(
                "id BIGINT, x INT METADATA FROM 'xid', l VARCHAR(16) METADATA FROM 'commit_lsn', o"
                        + " CHAR(1) METADATA FROM 'op', PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(refusal())
                .endsWith(
                        ":\n  column \"x\": xid doesn't fit into INT, expected BIGINT\n  column"
                                + " \"l\": commit_lsn doesn't fit into VARCHAR(16), expected"
                                + " STRING");
    }

    @Test
    void refusesMetadataThatMayBeNull() {
        create(
                "id BIGINT, x BIGINT NOT NULL METADATA FROM 'xid', PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'");
        assertThat(refusal("SELECT COUNT(x) FROM t"))
                .contains(
                        "column \"x\": declared NOT NULL, but xid is null for rows of the"
                                + " snapshot");
    }

    /** Flink takes the key's places among all columns for those among the columns that are read. */
    @Test
    void readsAllColumnsWhereFlinkDividesTheChanges() {
        String columns =
                "note STRING, total DECIMAL(12, 2), id BIGINT, PRIMARY KEY (id) NOT ENFORCED";
        create(columns, dsn(), "'table-name' = 'public.orders'");
        assertThat(plan("SELECT id FROM t")).contains("fields=[id]");
        assertThat(plan("SELECT id FROM t /*+ OPTIONS('scan.parallelism' = '2') */"))
                .contains("fields=[note, total, id]");
    }

    @Test
    void refusesScansOfOnePipelineThatWantAnotherSource() {
        create(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'",
                "'pipeline' = 'p'");
        flink.executeSql("CREATE TABLE s (id BIGINT) WITH ('connector' = 'blackhole')");
        StatementSet both = flink.createStatementSet();
        both.addInsertSql("INSERT INTO s SELECT id FROM t");
        both.addInsertSql(
                "INSERT INTO s SELECT id FROM t /*+ OPTIONS('table-name' = 'public.audited',"
                        + " 'chunk-size' = '7', 'startup-mode' = 'latest', 'scan.parallelism' ="
                        + " '2', 'wal-heartbeat-interval' = '1m') */");
        assertThatThrownBy(both::explain)
                .hasStackTraceContaining(
                        "Pipeline p has several scans in one job, which share its source, slot and"
                            + " publication, and they differ:\n"
                            + "  scan.parallelism: none for public.orders, 2 for public.audited\n"
                            + "  startup-mode: initial for public.orders, latest for"
                            + " public.audited\n"
                            + "  chunk-size: 10000 for public.orders, 7 for public.audited\n"
                            + "  wal-heartbeat-interval: 10000 ms for public.orders, 60000 ms for"
                            + " public.audited\n"
                            + "Say the same for each");
    }

    /** They may be secrets. */
    @Test
    void namesWhatDiffersBetweenConnectionsOfOnePipelineWithoutValues() {
        create(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'",
                "'pipeline' = 'p'");
        String clerk =
                database.dsn().replaceFirst("//.*@", "//clerk:hunter2@")
                        + "?application_name=hidden1&sslmode=disable&krbsrvname=hidden2";
        assertThatThrownBy(
                        () ->
                                plan(
                                        "SELECT t.id FROM t JOIN t /*+ OPTIONS('dsn' = '"
                                                + clerk
                                                + "', 'table-name' = 'public.audited') */ u ON t.id"
                                                + " = u.id"))
                .hasStackTraceContaining(
                        "and they differ:\n  connection: not the same for public.orders and"
                                + " public.audited: role, password, application_name,"
                                + " krbsrvname, sslmode\nSay the same")
                .satisfies(
                        refusal -> {
                            for (Throwable t = refusal; t != null; t = t.getCause()) {
                                assertThat(String.valueOf(t)).doesNotContain("hunter2", "hidden");
                            }
                        });
    }

    @Test
    void refusesTablesUnderFullOfOnePipelineThatAreKeptInTwoWays() {
        database.execute(
                "CREATE TABLE IF NOT EXISTS watched (id int PRIMARY KEY)",
                "ALTER TABLE watched REPLICA IDENTITY FULL");
        create(
                "id INT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.audited'",
                "'pipeline' = 'p'");
        String watched = "'table-name' = 'public.watched'";
        String join = "SELECT * FROM t JOIN t /*+ OPTIONS(%s) */ u ON t.id = u.id";
        assertThat(plan(join.formatted(watched))).contains("watched");
        assertThatThrownBy(() -> plan(join.formatted(watched + ", 'changelog-mode' = 'upsert'")))
                .hasStackTraceContaining(
                        "and they differ:\n  changelog-mode: of tables under REPLICA IDENTITY FULL,"
                                + " public.watched is read as upsert (metadata of changes needs"
                                + " that too), public.audited isn't");
    }

    /** One input of the join is read to its end while the other waits for it. */
    @Test
    void refusesSeveralScansOfOnePipelineWhereExchangesOfABatchArePipelined() {
        flink = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        create(
                "id BIGINT, PRIMARY KEY (id) NOT ENFORCED",
                dsn(),
                "'table-name' = 'public.orders'",
                "'startup-mode' = 'snapshot'",
                "'pipeline' = 'p'");
        String join =
                "SELECT * FROM t JOIN t /*+ OPTIONS('table-name' = 'public.audited') */ u ON t.id ="
                        + " u.id";
        assertThat(flink.explainSql(join)).contains("Join");
        flink.getConfig().set("execution.batch-shuffle-mode", "ALL_EXCHANGES_PIPELINED");
        assertThat(flink.explainSql("SELECT * FROM t")).contains("TableSourceScan");
        assertThatThrownBy(() -> flink.explainSql(join))
                .hasStackTraceContaining(
                        "Pipeline p can't be read for several scans in batch mode with"
                                + " execution.batch-shuffle-mode = ALL_EXCHANGES_PIPELINED");
    }

    /** Flink takes what is forwarded from the table's options, without hints. */
    @Test
    void aCompiledPlanKeepsAHintThatDecidesAboutValues() {
        database.execute(
                "CREATE TABLE readings (id bigint PRIMARY KEY, value numeric(12,2), note text)",
                "INSERT INTO readings VALUES (1, 'NaN', 'x')");
        create(
                "id BIGINT, `value` DECIMAL(12, 2), note STRING",
                dsn(),
                "'table-name' = 'public.readings'",
                "'startup-mode' = 'snapshot'",
                "'changelog-mode' = 'append'",
                "'unrepresentable' = 'null'");
        flink.executeSql("CREATE TABLE s (v DECIMAL(12, 2)) WITH ('connector' = 'blackhole')");
        PlanReference plan =
                PlanReference.fromJsonString(
                        flink.compilePlanSql(
                                        "INSERT INTO s SELECT `value` FROM t /*+"
                                                + " OPTIONS('unrepresentable' = 'fail') */")
                                .asJsonString());
        assertThatThrownBy(() -> flink.loadPlan(plan).execute().await())
                .hasStackTraceContaining("\"value\"");
    }

    /** Flink reads rows as it was told when it compiled: other bytes are other values to it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id, amount, seen     | DECIMAL(12, 2) | DECIMAL(30, 2) | TIMESTAMP(3)",
                "seen, amount, id     | DECIMAL(12, 2) | DECIMAL(30, 2) | TIMESTAMP(3)",
                "id, amount, seen     | DECIMAL(30, 2) | DECIMAL(30, 4) | TIMESTAMP(3)",
                "id, amount, seen     | DECIMAL(12, 2) | DECIMAL(12, 2) | TIMESTAMP(6)",
                "amount, seen         | DECIMAL(12, 2) | STRING         | TIMESTAMP(3)"
            })
    void refusesACompiledPlanOfOtherTypes(
            String columns, String compiled, String declared, String time) {
        database.execute(
                "CREATE TABLE IF NOT EXISTS amounts (id bigint PRIMARY KEY, amount numeric(12,2),"
                        + " seen timestamp(3))",
                "INSERT INTO amounts VALUES (1, 12.34, '2024-01-02 03:04:05.678') ON CONFLICT DO"
                        + " NOTHING");
        flink.getConfig().set("table.plan.compile.catalog-objects", "IDENTIFIER");
        amounts(compiled, "TIMESTAMP(3)");
        flink.executeSql(
                "CREATE TABLE s WITH ('connector' = 'blackhole') LIKE t (EXCLUDING OPTIONS)");
        PlanReference plan =
                PlanReference.fromJsonString(
                        flink.compilePlanSql(
                                        "INSERT INTO s ("
                                                + columns
                                                + ") SELECT "
                                                + columns
                                                + " FROM t")
                                .asJsonString());
        flink.executeSql("DROP TABLE t");
        amounts(declared, time);
        assertThatThrownBy(() -> flink.loadPlan(plan).execute().await())
                .hasStackTraceContaining("public.amounts: the plan was compiled for rows of (")
                .hasStackTraceContaining(compiled);
    }

    private void amounts(String amount, String time) {
        create(
                "id BIGINT, amount " + amount + ", seen " + time,
                dsn(),
                "'table-name' = 'public.amounts'",
                "'startup-mode' = 'snapshot'",
                "'changelog-mode' = 'append'");
    }

    @Test
    void printsNoPasswordInThePlan() {
        createWithPassword();
        assertThat(plan("SELECT * FROM t").toLowerCase(Locale.ROOT)).doesNotContain("hunter2");
    }
}

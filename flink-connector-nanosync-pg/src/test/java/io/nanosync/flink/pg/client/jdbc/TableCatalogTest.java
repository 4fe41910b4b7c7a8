package io.nanosync.flink.pg.client.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.SchemaContents;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.PgType.Attribute;
import io.nanosync.flink.pg.relation.PgType.Kind;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class TableCatalogTest {

    private static final String ALL_VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";
    private static final PgType INT4 = PgType.base(23, "int4");
    private static final PgType TEXT = PgType.base(25, "text");

    private static @Nullable TableDescription describe(TestDatabase database, String table)
            throws Exception {
        PlainRole.in(database);
        try (ControlSession control = Clients.plain(database).openControl()) {
            return control.describe(QualifiedName.parse(table));
        }
    }

    private static TableDescription described(TestDatabase database, String table)
            throws Exception {
        return requireNonNull(describe(database, table));
    }

    private static PgType type(TestDatabase database, String declared) throws Exception {
        database.execute(
                "DROP TABLE IF EXISTS of_type", "CREATE TABLE of_type (v " + declared + ")");
        return described(database, "public.of_type").schema().columns().get(0).type();
    }

    private static int oid(TestDatabase database, String type) {
        return (int) database.queryLong("SELECT '" + type + "'::regtype::oid::bigint");
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void describesColumnsKeysAndIdentityFromTheCatalog(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE SCHEMA \"Sales\"",
                    """
                    CREATE TABLE "Sales"."Order ""Items" (
                        gone int, "Line No" int NOT NULL, note text, total numeric(12,2) NOT NULL,
                        twice int GENERATED ALWAYS AS (1) STORED, order_id int,
                        PRIMARY KEY (order_id, "Line No"))
                    """,
                    "ALTER TABLE \"Sales\".\"Order \"\"Items\" DROP COLUMN gone");

            TableDescription table = described(database, "\"Sales\".\"Order \"\"Items\"");
            PgType numeric = PgType.base(1700, "numeric");
            assertThat(table.schema().columns())
                    .containsExactly(
                            new Column("Line No", INT4, -1, "integer", false, true, 2),
                            new Column("note", TEXT, -1, "text", true, false, 3),
                            new Column(
                                    "total",
                                    numeric,
                                    (12 << 16 | 2) + 4,
                                    "numeric(12,2)",
                                    false,
                                    false,
                                    4),
                            new Column("order_id", INT4, -1, "integer", false, true, 6));
            assertThat(table.schema().primaryKey()).containsExactly("order_id", "Line No");
            assertThat(table.schema().identity()).isEqualTo(ReplicaIdentity.DEFAULT);
            assertThat(table.schema().name())
                    .isEqualTo(new QualifiedName("Sales", "Order \"Items"));
            assertThat(Integer.toUnsignedLong(table.schema().oid()))
                    .isEqualTo(
                            database.queryLong(
                                    "SELECT '\"Sales\".\"Order \"\"Items\"'::regclass::oid"));
            assertThat(table.kind()).isEqualTo('r');
            assertThat(table.persistence()).isEqualTo('p');
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void marksTheColumnsOfEachKindOfReplicaIdentity(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL, c int NOT NULL, d int)",
                    "CREATE UNIQUE INDEX chosen ON t (c, b) INCLUDE (d)");
            assertThat(identityColumns(database)).containsExactly("a");
            database.execute("ALTER TABLE t REPLICA IDENTITY USING INDEX chosen");
            assertThat(identityColumns(database)).containsExactly("b", "c");
            database.execute("ALTER TABLE t REPLICA IDENTITY FULL");
            assertThat(identityColumns(database)).containsExactly("a", "b", "c", "d");
            database.execute("ALTER TABLE t REPLICA IDENTITY NOTHING");
            assertThat(identityColumns(database)).isEmpty();
            database.execute(
                    "ALTER TABLE t REPLICA IDENTITY DEFAULT, DROP CONSTRAINT t_pkey, ADD PRIMARY"
                            + " KEY (a) DEFERRABLE");
            assertThat(identityColumns(database)).isEmpty();
            assertThat(described(database, "public.t").schema().primaryKey()).isEmpty();
        }
    }

    private static List<String> identityColumns(TestDatabase database) throws Exception {
        return described(database, "public.t").schema().columns().stream()
                .filter(Column::identity)
                .map(Column::name)
                .toList();
    }

    /** A constant default stays with the rows that were there, also once it is dropped. */
    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void knowsColumnsThatFillRows(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = Clients.superuser(database).openControl()) {
            for (String kind : List.of("", " PARTITION BY RANGE (id)")) {
                database.execute(
                        "DROP TABLE IF EXISTS t",
                        "CREATE TABLE t (id int, plain int)" + kind,
                        kind.isEmpty()
                                ? "SELECT"
                                : "CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (9)",
                        "INSERT INTO t VALUES (1)",
                        "ALTER TABLE t ADD COLUMN later int, ADD COLUMN constant int DEFAULT 5,"
                                + " ADD COLUMN gone int DEFAULT 7",
                        "ALTER TABLE t ALTER COLUMN gone DROP DEFAULT, ALTER COLUMN later SET"
                                + " DEFAULT NULL");
                int oid = (int) database.queryLong("SELECT 't'::regclass::oid::bigint");
                assertThat(control.filledColumns(oid))
                        .containsExactlyInAnyOrder("constant", "gone");
            }
        }
    }

    /** No mark is left of it, but that the table was written anew. */
    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void doesNotTrustColumnsOfATableThatWasWrittenAnew(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                ControlSession control = Clients.superuser(database).openControl()) {
            for (String kind : List.of("", " PARTITION BY RANGE (id)")) {
                for (String written :
                        List.of(
                                "ALTER TABLE t ADD COLUMN filled float DEFAULT random(), ADD"
                                        + " COLUMN plain int; ALTER TABLE t ALTER COLUMN filled"
                                        + " DROP DEFAULT",
                                "ALTER TABLE t ADD COLUMN filled int, ADD COLUMN plain int; ALTER"
                                        + " TABLE t ALTER COLUMN filled TYPE text USING 'x'",
                                "ALTER TABLE t ADD COLUMN filled int DEFAULT 5, ADD COLUMN plain"
                                        + " int; ALTER TABLE t ALTER COLUMN filled DROP DEFAULT;"
                                        + " VACUUM FULL t")) {
                    database.execute(
                            "DROP TABLE IF EXISTS t",
                            "CREATE TABLE t (id int)" + kind,
                            kind.isEmpty()
                                    ? "SELECT"
                                    : "CREATE TABLE p PARTITION OF t FOR VALUES FROM (0) TO (9)",
                            "INSERT INTO t VALUES (1)");
                    for (String statement : written.split("; ")) {
                        database.execute(statement);
                    }
                    int oid = (int) database.queryLong("SELECT 't'::regclass::oid::bigint");
                    assertThat(control.filledColumns(oid)).as(written).contains("filled", "plain");
                }
            }
        }
    }

    /** Rows that were there may have nulls. */
    @Test
    void columnThatIsNotNullFromNowOnAloneMayBeNull() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (a int, b int NOT NULL, c int)",
                    "ALTER TABLE t ADD CONSTRAINT a_not_null NOT NULL a NOT VALID",
                    "ALTER TABLE t ADD CONSTRAINT c_not_null NOT NULL c NOT VALID",
                    "ALTER TABLE t VALIDATE CONSTRAINT c_not_null");
            assertThat(described(database, "public.t").schema().columns())
                    .extracting(Column::name, Column::nullable)
                    .containsExactly(tuple("a", true), tuple("b", false), tuple("c", false));
        }
    }

    @Test
    void tellsWhatIsNoTable() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "CREATE VIEW v AS SELECT id FROM t",
                    "CREATE MATERIALIZED VIEW m AS SELECT id FROM t",
                    "CREATE UNLOGGED TABLE u (id int)");
            assertThat(described(database, "public.v").kind()).isEqualTo('v');
            assertThat(described(database, "public.m").kind()).isEqualTo('m');
            assertThat(described(database, "public.u").persistence()).isEqualTo('u');
            assertThat(describe(database, "public.none")).isNull();
            assertThat(describe(database, "none.t")).isNull();
            assertThat(describe(database, "public.t_pkey")).isNull();
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void estimatesRowsAndSumsLeaves(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE TABLE plain AS SELECT n AS id FROM generate_series(1, 500) n",
                    "CREATE TABLE parted (id int) PARTITION BY RANGE (id)",
                    "CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (100)",
                    "CREATE TABLE high PARTITION OF parted FOR VALUES FROM (100) TO (1000)"
                            + " PARTITION BY RANGE (id)",
                    "CREATE TABLE deep PARTITION OF high FOR VALUES FROM (100) TO (1000)",
                    "INSERT INTO parted SELECT n FROM generate_series(0, 299) n");
            assertThat(described(database, "public.plain").estimatedRows()).isNegative();
            assertThat(described(database, "public.parted").estimatedRows()).isNegative();
            database.execute("ANALYZE");
            assertThat(described(database, "public.plain").estimatedRows()).isEqualTo(500);
            assertThat(described(database, "public.parted").estimatedRows()).isEqualTo(300);
            assertThat(described(database, "public.parted").kind()).isEqualTo('p');
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void listsTablesAndRootsOfASchemaByName(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE SCHEMA s",
                    "CREATE TABLE s.\"Zed\" (id int)",
                    "CREATE TABLE s.parted (id int) PARTITION BY HASH (id)",
                    "CREATE TABLE s.leaf PARTITION OF s.parted FOR VALUES WITH (MODULUS 1,"
                            + " REMAINDER 0)",
                    "CREATE UNLOGGED TABLE s.unlogged (id int)",
                    "CREATE VIEW s.seen AS SELECT 1",
                    "CREATE MATERIALIZED VIEW s.stored AS SELECT 1",
                    "CREATE SEQUENCE s.counter",
                    "CREATE TABLE s.alone (id int)",
                    "CREATE TABLE public.elsewhere (id int)");
            PlainRole.in(database);
            try (ControlSession control = Clients.plain(database).openControl()) {
                SchemaContents contents = control.contents("s");
                assertThat(contents.names())
                        .containsExactly(
                                new QualifiedName("s", "Zed"),
                                new QualifiedName("s", "alone"),
                                new QualifiedName("s", "parted"));
                assertThat(contents.leftOut())
                        .extracting(SchemaContents.LeftOut::toString)
                        .containsExactly(
                                "s.seen (a view)",
                                "s.stored (a materialized view)",
                                "s.unlogged (unlogged, so its changes are not in the WAL)");
                assertThat(contents.partitions())
                        .extracting(SchemaContents.LeftOut::toString)
                        .containsExactly("s.leaf (a partition of s.parted)");
                assertThat(control.schemas()).containsExactly("public", "s");
                assertThat(control.contents("S"))
                        .isEqualTo(new SchemaContents(List.of(), List.of(), List.of()));
            }
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void takesTypesApartDownToTheirParts(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "CREATE SCHEMA \"My Types\"",
                    "CREATE TYPE mood AS ENUM ('fine', 'bad')",
                    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                    "CREATE DOMAIN stricter AS positive CHECK (VALUE > 9)",
                    "CREATE TYPE \"My Types\".pair AS (gone int, a stricter, b mood[], c"
                            + " varchar(7))",
                    "ALTER TYPE \"My Types\".pair DROP ATTRIBUTE gone",
                    "CREATE TYPE floats AS RANGE (subtype = float8)");

            PgType mood =
                    new PgType(
                            oid(database, "mood"),
                            "public.mood",
                            Kind.ENUM,
                            null,
                            ',',
                            List.of(),
                            true);
            PgType moods =
                    new PgType(
                            oid(database, "mood[]"),
                            "public._mood",
                            Kind.ARRAY,
                            mood,
                            ',',
                            List.of(),
                            true);
            PgType positive =
                    new PgType(
                            oid(database, "positive"),
                            "public.positive",
                            Kind.DOMAIN,
                            INT4,
                            ',',
                            List.of(),
                            true);
            PgType stricter =
                    new PgType(
                            oid(database, "stricter"),
                            "public.stricter",
                            Kind.DOMAIN,
                            positive,
                            ',',
                            List.of(),
                            true);
            PgType pair =
                    new PgType(
                            oid(database, "\"My Types\".pair"),
                            "\"My Types\".pair",
                            Kind.COMPOSITE,
                            null,
                            ',',
                            List.of(
                                    new Attribute("a", stricter, -1),
                                    new Attribute("b", moods, -1),
                                    new Attribute("c", PgType.base(1043, "varchar"), 7 + 4)),
                            true);
            assertThat(type(database, "mood")).isEqualTo(mood);
            assertThat(type(database, "stricter")).isEqualTo(stricter);
            assertThat(type(database, "\"My Types\".pair")).isEqualTo(pair);
            assertThat(type(database, "\"My Types\".pair[]").element()).isEqualTo(pair);
            assertThat(type(database, "floats"))
                    .isEqualTo(
                            new PgType(
                                    oid(database, "floats"),
                                    "public.floats",
                                    Kind.RANGE,
                                    PgType.base(701, "float8"),
                                    ',',
                                    List.of(),
                                    true));
            if (major >= 14) {
                PgType multirange = type(database, "int4multirange");
                assertThat(multirange.kind()).isEqualTo(Kind.MULTIRANGE);
                assertThat(requireNonNull(multirange.element()).name()).isEqualTo("int4range");
                assertThat(requireNonNull(multirange.element()).element()).isEqualTo(INT4);
            }
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void tellsArraysFromTypesThatOnlyHaveElements(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            assertThat(type(database, "int[][]").kind()).isEqualTo(Kind.ARRAY);
            assertThat(type(database, "int[][]").element()).isEqualTo(INT4);
            assertThat(type(database, "int2vector").kind()).isEqualTo(Kind.BASE);
            assertThat(type(database, "oidvector").kind()).isEqualTo(Kind.BASE);
            assertThat(type(database, "point").kind()).isEqualTo(Kind.BASE);
            assertThat(type(database, "name").kind()).isEqualTo(Kind.BASE);
            PgType boxes = type(database, "box[]");
            assertThat(boxes.kind()).isEqualTo(Kind.ARRAY);
            assertThat(requireNonNull(boxes.element()).delimiter()).isEqualTo(';');
            assertThat(type(database, "int2vector[]").kind()).isEqualTo(Kind.ARRAY);
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void knowsWhereBinaryOutputIsMissingAtAnyDepth(int major) throws Exception {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute("CREATE TYPE holder AS (n int, acl aclitem)");
            assertThat(type(database, "aclitem").hasBinaryOutput()).isFalse();
            assertThat(type(database, "aclitem[]").hasBinaryOutput()).isFalse();
            assertThat(type(database, "holder").hasBinaryOutput()).isFalse();
            assertThat(type(database, "holder[]").hasBinaryOutput()).isFalse();
            assertThat(type(database, "int[]").hasBinaryOutput()).isTrue();
            // The oracle: what the flag says is what COPY does.
            for (String declared : List.of("aclitem", "aclitem[]", "holder", "int[]", "tsvector")) {
                boolean binary = type(database, declared).hasBinaryOutput();
                database.execute("INSERT INTO of_type SELECT '" + sample(declared) + "'");
                assertThat(copies(database)).as(declared).isEqualTo(binary);
            }
        }
    }

    private static String sample(String declared) {
        return switch (declared) {
            case "aclitem" -> "postgres=r/postgres";
            case "aclitem[]" -> "{postgres=r/postgres}";
            case "holder" -> "(1,postgres=r/postgres)";
            case "int[]" -> "{1,2}";
            default -> "a b";
        };
    }

    private static boolean copies(TestDatabase database) throws Exception {
        try (Session session =
                new Connector(database.connectionConfig()).open(SessionKind.SNAPSHOT)) {
            var copy =
                    session.connection()
                            .getCopyAPI()
                            .copyOut(
                                    "COPY (SELECT v FROM public.of_type) TO STDOUT (FORMAT"
                                            + " binary)");
            while (copy.readFromCopy() != null) {
                assertThat(copy.isActive()).isTrue();
            }
            return true;
        } catch (SQLException e) {
            assertThat(e.getMessage()).contains("no binary output function");
            return false;
        }
    }

    @Test
    void describesAllTypesThatAServerHas() throws Exception {
        for (int major : new int[] {13, 18}) {
            try (TestDatabase database = TestPostgres.shared(major).createDatabase();
                    Session session =
                            new Connector(database.connectionConfig()).open(SessionKind.CONTROL)) {
                List<Long> oids =
                        session.rows("list", "SELECT oid FROM pg_type", row -> row.getLong(1));
                assertThat(new TypeCatalog(session).load("load all types", oids))
                        .hasSameSizeAs(oids);
            }
        }
    }
}

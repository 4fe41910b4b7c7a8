package io.nanosync.flink.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.Secret;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.OptionSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelinesFileTest {

    /** The smallest file: only what is required. */
    private static final String SMALLEST =
            """
            connections:
              - name: db
                type: postgres
                dsn: postgres://u:${env:PG_PASSWORD}@h/d
            pipelines:
              - name: orders
                source:
                  connection: db
                  tables: [public.orders]
                sink:
                  type: print
            """;

    private static final Map<String, String> ENVIRONMENT = Map.of("PG_PASSWORD", "secret");

    @TempDir private Path folder;

    @Test
    void needsOnlyWhatIsRequired() throws Exception {
        PipelinesFile file = read(SMALLEST);
        assertThat(file.stateDir()).isEqualTo("file://" + folder + "/nanosync-state");
        assertThat(file.stateDirGiven()).isFalse();
        assertThat(file.metricsPort()).isNull();
        Pipeline pipeline = only(file);
        assertThat(pipeline.name()).isEqualTo("orders");
        assertThat(pipeline.stateDir()).isEqualTo(file.stateDir() + "/orders");
        assertThat(pipeline.slot()).isEqualTo("nanosync_slot_orders");
        assertThat(pipeline.publication()).isEqualTo("nanosync_pub_orders");
        assertThat(pipeline.sink()).isEqualTo(new SinkConfig.Print());
        assertThat(pipeline.checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(pipeline.checkpointTimeout()).isNull();
        assertThat(pipeline.parallelism()).isNull();
        assertThat(pipeline.isBounded()).isFalse();
    }

    @Test
    void readsTheWholeForm() throws Exception {
        PipelinesFile file =
                read(
                        """
# a comment
state_dir: file:///var/lib/nanosync
metrics_port: 9249

connections:
  - name: prod-postgres
    type: postgres
    dsn: "postgres://nanosync:${env:PG_PASSWORD}@db.prod:5432/mydb?sslmode=require"
    # several hosts

pipelines:
  - name: orders-pipeline
    source:
      connection: prod-postgres
      tables:
        - public.orders
        - public.order_items
        - 'sales."Mixed.Case"'
        - archive.*
      properties:
        snapshot_workers: "4"
        chunk_size: 5000
        startup_mode: lsn:16/B374D848
        wal_heartbeat_enabled: false
        wal_sender_timeout: 60s
    sink:
      type: arrow
      path: file:///var/lib/nanosync/out/
    checkpoint_interval: 500ms
    checkpoint_timeout: 2h
    parallelism: "2"
  - name: small
    source:
      connection: prod-postgres
      tables: [public.small]
      properties: {startup_mode: snapshot}
    sink: {type: blackhole}
""");
        assertThat(file.stateDir()).isEqualTo("file:///var/lib/nanosync");
        assertThat(file.stateDirGiven()).isTrue();
        assertThat(file.metricsPort()).isEqualTo(9249);
        assertThat(file.pipelines()).hasSize(2);
        Pipeline orders = file.pipelines().get(0);
        assertThat(orders.connection())
                .isEqualTo(
                        new ConnectionConfig(
                                List.of(new ConnectionConfig.Host("db.prod", 5432)),
                                "mydb",
                                "nanosync",
                                new Secret("secret"),
                                Duration.ofSeconds(10),
                                "nanosync",
                                Map.of("sslmode", "require")));
        assertThat(orders.tables())
                .containsExactly(
                        new TableSelector.Named(new QualifiedName("public", "orders")),
                        new TableSelector.Named(new QualifiedName("public", "order_items")),
                        new TableSelector.Named(new QualifiedName("sales", "Mixed.Case")),
                        new TableSelector.WholeSchema("archive"));
        assertThat(orders.source().snapshotWorkers()).isEqualTo(4);
        assertThat(orders.source().chunkRows()).isEqualTo(5000);
        assertThat(orders.source().heartbeatInterval()).isNull();
        assertThat(orders.source().walSenderTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(orders.source().startup()).isInstanceOf(StartupMode.At.class);
        assertThat(orders.sink()).isEqualTo(new SinkConfig.Arrow("file:///var/lib/nanosync/out"));
        assertThat(orders.checkpointInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(orders.parallelism()).isEqualTo(2);
        assertThat(file.pipeline("small").orElseThrow().isBounded()).isTrue();
        assertThat(file.pipeline("orders")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.nanosync.flink.pg.testing.OptionSample#all")
    void takesEveryPropertyOfTheSource(OptionSample sample) throws Exception {
        String properties =
                sample.texts().entrySet().stream()
                        .map(text -> text.getKey() + ": \"" + text.getValue() + "\"")
                        .collect(Collectors.joining(", "));
        Pipeline pipeline =
                only(
                        read(
                                """
connections:
  - {name: db, type: postgres, dsn: "postgres://u@h/d"}
pipelines:
  - name: p
    source: {connection: db, tables: [public.orders], properties: {%s}}
    sink: {type: print}
"""
                                        .formatted(properties)));
        assertThat(sample.shown(pipeline.source())).isEqualTo(sample.given());
    }

    @Test
    void readsTablesThatAreDividedInTheirOwnWay() throws Exception {
        Pipeline pipeline =
                only(
                        read(
                                """
connections:
  - {name: db, type: postgres, dsn: "postgres://u@h/d"}
pipelines:
  - name: orders
    source:
      connection: db
      tables:
        - public.orders
        - {name: public.events, partition_strategy: minmax, partition_column: id}
        - name: 'public."Odd t"'
          partition_strategy: "ntile"
          partition_column: Odd c
        - {name: public.logs, partition_strategy: ctid}
      properties: {partition_strategy: ntile, partition_column: created_at}
    sink: {type: print}
"""));
        assertThat(pipeline.tables())
                .containsExactly(
                        new TableSelector.Named(new QualifiedName("public", "orders")),
                        new TableSelector.Named(
                                new QualifiedName("public", "events"),
                                new Partitioning.Minmax("id")),
                        new TableSelector.Named(
                                new QualifiedName("public", "Odd t"),
                                new Partitioning.Ntile("Odd c")),
                        new TableSelector.Named(
                                new QualifiedName("public", "logs"), new Partitioning.Ctid()));
        SourceConfig config = pipeline.source();
        assertThat(config.partitioning(new QualifiedName("public", "orders")))
                .isEqualTo(new Partitioning.Ntile("created_at"));
        assertThat(config.partitioning(new QualifiedName("public", "events")))
                .isEqualTo(new Partitioning.Minmax("id"));
    }

    @Test
    void reportsEveryProblemOfTablesThatAreDividedInTheirOwnWay() {
        assertThat(
                        problems(
                                """
connections:
  - {name: db, type: postgres, dsn: "postgres://u@h/d"}
pipelines:
  - name: orders
    source:
      connection: db
      tables:
        - {name: public.a, partition_strategy: minmx, partition_column: id}
        - {name: public.b, partition_strategy: minmax}
        - {name: public.c, partition_strategy: ctid, partition_column: id}
        - {name: sales.*, partition_strategy: ntile, partition_column: id}
        - {name: "!public.d", partition_strategy: ctid}
        - {partition_strategy: ctid}
        - {name: public.e, partition_column: id}
        - {name: public.a, partition_strategy: ctid, column: id}
        - {name: f, partition_strategy: ctid}
        - [public.g]
    sink: {type: print}
"""))
                .containsExactly(
                        "8:28: pipelines[0].source.tables[0].partition_strategy: found "
                                + "\"minmx\", expected ctid, ntile or minmax; did you mean "
                                + "minmax?",
                        "9:11: pipelines[0].source.tables[1].partition_column: missing, "
                                + "although partition_strategy is not ctid, expected the column "
                                + "to divide by",
                        "10:54: pipelines[0].source.tables[2].partition_column: has no "
                                + "effect, since partition_strategy is ctid, which divides by "
                                + "pages, expected partition_strategy: ntile or minmax with it",
                        "11:18: pipelines[0].source.tables[3].name: found \"sales.*\", "
                                + "expected the name of one table",
                        "12:18: pipelines[0].source.tables[4].name: found "
                                + "\"!public.d\", expected the name of one table",
                        "13:11: pipelines[0].source.tables[5].name: missing",
                        "14:11: pipelines[0].source.tables[6].partition_strategy: " + "missing",
                        "15:18: pipelines[0].source.tables[7].name: public.a stands "
                                + "there twice",
                        "15:54: pipelines[0].source.tables[7].column: unknown key, "
                                + "expected one of name, partition_strategy, partition_column",
                        "16:18: pipelines[0].source.tables[8].name: Not a "
                                + "schema-qualified table name: f; expected schema.table, quoted "
                                + "as in SQL where needed",
                        "17:11: pipelines[0].source.tables[9]: found a list, expected a "
                                + "single value");
    }

    @Test
    void takesPathsRelativeToTheFile() throws Exception {
        PipelinesFile file =
                read(
                        "state_dir: ../state dir/\n"
                                + SMALLEST.replace("type: print", "type: arrow\n      path: out"));
        assertThat(file.stateDir()).isEqualTo("file://" + folder.getParent() + "/state dir");
        assertThat(only(file).sink()).isEqualTo(new SinkConfig.Arrow("file://" + folder + "/out"));
        assertThat(read("state_dir: s3://bucket/x\n" + SMALLEST).stateDir())
                .isEqualTo("s3://bucket/x");
    }

    @Test
    void putsEnvironmentVariablesIntoThePasswordAsTheyAre() throws Exception {
        String secret = "p@ss:/?#%41&\n- x: y\"'";
        Pipeline pipeline = only(read(SMALLEST, Map.of("PG_PASSWORD", secret)));
        assertThat(pipeline.connection().password()).isEqualTo(new Secret(secret));
    }

    @Test
    void takesAWholeConnectionStringFromTheEnvironment() throws Exception {
        String text = SMALLEST.replaceAll("dsn: .*", "dsn: \\${env:DB}");
        Pipeline pipeline = only(read(text, Map.of("DB", "postgres://x:y%40z@h2/d2")));
        assertThat(pipeline.connection().address()).isEqualTo("h2:5432");
        assertThat(pipeline.connection().password()).isEqualTo(new Secret("y@z"));
    }

    @Test
    void understandsAnchorsAndAliases() throws Exception {
        PipelinesFile file =
                read(
                        SMALLEST
                                + """
                                    - name: copy
                                      source: &source
                                        connection: db
                                        tables: [public.x]
                                      sink: &sink {type: blackhole}
                                    - name: copy2
                                      source: *source
                                      sink: *sink
                                  """);
        assertThat(file.pipelines().get(2).tables()).isEqualTo(file.pipelines().get(1).tables());
        assertThat(file.pipelines().get(2).sink()).isEqualTo(new SinkConfig.Blackhole());
    }

    @Test
    void tellsThatWhatIsLeftOutStandsInQuotes() {
        assertThat(
                        problems(
                                """
                                connections:
                                  - {name: db, type: postgres, dsn: "postgres://u@h/d"}
                                pipelines:
                                  - name: orders
                                    source:
                                      connection: db
                                      tables: [public.*, "!public.b", !public.a ]
                                    sink: {type: print}
                                """))
                .singleElement()
                .asString()
                .endsWith(
                        "pipelines[0].source.tables[2]: There is no name. An entry that begins with"
                                + " ! stands in quotes: \"!schema.table\"");
    }

    @Test
    void reportsEveryProblemAtItsPlace() {
        assertThat(
                        problems(
                                """
                                state_dirs: /x
                                metrics_port: 0
                                connections:
                                  - name: db
                                    type: postgresql
                                    dsn: "postgres://u:${env:NO_SUCH}@h/d"
                                  - name: db
                                    type: postgres
                                    dsn: postgres://u:sEcReT@h/d?sslmode=on
                                    port: 1
                                  - type: postgres
                                pipelines:
                                  - name: orders
                                    source:
                                      connection: bd
                                      tables:
                                        - orders
                                        - public.a
                                        - public.a
                                      properties:
                                        snapshot_worker: 4
                                        chunk_size: many
                                        partition_column: id
                                    sink: {type: arow, path: /x}
                                    checkpoint_interval: 10
                                    paralelism: 2
                                  - name: orders
                                    source: {connection: db, tables: []}
                                    sink: {type: parquet, path: /x}
                                  - name: ../up
                                    source: public.orders
                                  - just text
                                """))
                .containsExactly(
                        "1:1: state_dirs: unknown key; did you mean state_dir?",
                        "2:15: metrics_port: found \"0\", expected a whole number from 1 to 65535",
                        "5:11: connections[0].type: found \"postgresql\", expected postgres; did"
                                + " you mean postgres?",
                        "6:10: connections[0].dsn: environment variable NO_SUCH is not set. Run:"
                                + " export NO_SUCH=<value>, then run the command again",
                        "7:11: connections[1].name: a second connection is named \"db\"",
                        "9:10: connections[1].dsn: option sslmode is \"on\", expected disable,"
                                + " allow, prefer, require, verify-ca or verify-full",
                        "10:5: connections[1].port: unknown key, expected one of name, type, dsn",
                        "11:5: connections[2].name: missing",
                        "11:5: connections[2].dsn: missing",
                        "15:19: pipelines[0].source.connection: there is no connection named"
                                + " \"bd\", expected one of db; did you mean db?",
                        "17:11: pipelines[0].source.tables[0]: Not a schema-qualified table name:"
                                + " orders; expected schema.table, quoted as in SQL where needed",
                        "19:11: pipelines[0].source.tables[2]: public.a stands there twice",
                        "21:9: pipelines[0].source.properties.snapshot_worker: unknown property;"
                                + " did you mean snapshot_workers?",
                        "22:9: pipelines[0].source.properties.chunk_size: found \"many\", expected"
                                + " a whole number from 1 to 1000000",
                        "23:9: pipelines[0].source.properties.partition_column: has no effect,"
                                + " since partition_strategy is ctid, which divides by pages,"
                                + " expected partition_strategy: ntile or minmax with it",
                        "24:18: pipelines[0].sink.type: found \"arow\", expected print, blackhole,"
                                + " arrow; did you mean arrow?",
                        "25:26: pipelines[0].checkpoint_interval: found \"10\", expected a duration"
                                + " from 100ms to 1h, such as 500ms, 10s or 1m30s",
                        "26:5: pipelines[0].paralelism: unknown key; did you mean parallelism?",
                        "27:11: pipelines[1].name: a second pipeline is named \"orders\"",
                        "28:38: pipelines[1].source.tables: found an empty list, expected a list of"
                                + " at least one",
                        "29:18: pipelines[1].sink.type: sink \"parquet\" is not in this version"
                                + " yet, expected print, blackhole, arrow",
                        "30:5: pipelines[2].sink: missing",
                        "30:11: pipelines[2].name: found \"../up\", expected 1 to 100 letters,"
                                + " digits, underscores, dashes and dots, the first a letter, digit"
                                + " or underscore",
                        "31:13: pipelines[2].source: found a single value, expected keys and"
                                + " values",
                        "32:5: pipelines[3]: found a single value, expected keys and values");
    }

    @Test
    void reportsDuplicateKeys() {
        assertThat(problems(SMALLEST + "metrics_port: 1\nmetrics_port: 2\n"))
                .containsExactly("13:1: metrics_port: duplicate key");
    }

    @Test
    void refusesAPipelineWhoseFolderIsThatOfLogs() {
        assertThat(problems(SMALLEST.replace("name: orders", "name: Logs")))
                .anySatisfy(
                        problem ->
                                assertThat(problem)
                                        .contains(
                                                "pipelines[0].name: found \"Logs\", expected"
                                                        + " another name"));
    }

    @Test
    void refusesTwoPipelinesWithOneSlot() {
        String second =
                """
                  - name: other
                    source:
                      connection: db
                      tables: [public.x]
                      properties: {replication_slot: nanosync_slot_orders}
                    sink: {type: print}
                """;
        assertThat(problems(SMALLEST + second))
                .containsExactly(
                        "12:11: pipelines[1].name: replication slot nanosync_slot_orders is already"
                            + " that of pipeline \"orders\", expected a slot for each pipeline");
    }

    @Test
    void reportsMissingSectionsOfAnEmptyMapping() {
        assertThat(problems("{}"))
                .containsExactly("1:1: connections: missing", "1:1: pipelines: missing");
        assertThat(problems("connections:\npipelines: []\n"))
                .containsExactly(
                        "1:1: connections: missing",
                        "2:12: pipelines: found an empty list, expected a list of at least one");
        assertThat(problems("- a"))
                .containsExactly("1:1: : found a list, expected keys and values");
    }

    @Test
    void reportsASyntaxErrorWithItsLineAndNothingOfTheText() {
        assertThat(problems(SMALLEST + "  bad: indentation\n"))
                .containsExactly(
                        "12:3: file: YAML syntax error: while parsing a block collection, expected"
                                + " <block end>, but found '?'");
        assertThat(problems("a: \"sEcReT\nb: c"))
                .singleElement()
                .satisfies(
                        problem ->
                                assertThat(problem)
                                        .contains("file: YAML syntax error: ")
                                        .doesNotContain("sEcReT"));
        assertThat(problems("a: [1, 2"))
                .singleElement()
                .satisfies(p -> assertThat(p).contains("YAML syntax error"));
        assertThat(problems("\ta: b"))
                .singleElement()
                .satisfies(p -> assertThat(p).contains("YAML syntax error"));
        assertThat(problems("a: *nothing"))
                .singleElement()
                .satisfies(p -> assertThat(p).contains("YAML syntax error"));
        assertThat(problems(""))
                .containsExactly("file: found nothing, expected connections and pipelines");
        assertThat(problems("a: b\n---\nc: d"))
                .containsExactly(
                        "3:1: file: found a second YAML document, expected one document a file");
    }

    @Test
    void neverPrintsTheValueOfAVariable() {
        String text =
                SMALLEST.replace("type: print", "type: print\n    parallelism: ${env:PG_PASSWORD}")
                        .replace(
                                "tables: [public.orders]",
                                "tables: [public.orders]\n"
                                        + "      properties: {chunk_size: '${env:PG_PASSWORD}'}");
        assertThat(problems(text))
                .containsExactly(
                        "10:20: pipelines[0].source.properties.chunk_size: found the value of a"
                                + " variable, expected a whole number from 1 to 1000000",
                        "13:18: pipelines[0].parallelism: found the value of a variable, expected a"
                                + " whole number from 1 to 1024");
    }

    @Test
    void refusesOtherPlaceholders() {
        assertThat(problems(SMALLEST.replace("${env:PG_PASSWORD}", "${PG_PASSWORD}")))
                .containsExactly(
                        "4:10: connections[0].dsn: found a placeholder of unknown form, expected"
                                + " ${env:NAME}");
    }

    @Test
    void reportsEveryProblemOfADsnWithUnsetVariables() {
        assertThat(
                        dsnProblems(
                                "postgres://u:${env:NO_PW}@${env:NO_HOST},b:x/d"
                                        + "?sslmode=on&conect_timeout=3&application_name=${NO}"))
                .containsExactly(
                        unset("NO_PW"),
                        unset("NO_HOST"),
                        "found a placeholder of unknown form, expected ${env:NAME}",
                        "not a connection string: a port is not a whole number from 1 to 65535,"
                                + " expected postgres://[user]:[password]@[host]:[port]/[database]"
                                + "?[options] with special characters percent-encoded (@ as %40, :"
                                + " as %3A, / as %2F, ? as %3F, % as %25)",
                        "option sslmode is \"on\", expected disable, allow, prefer, require,"
                                + " verify-ca or verify-full",
                        "unknown option \"conect_timeout\"; did you mean connect_timeout?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${env:NO}",
                "${env:NO}?sslmode=require",
                "postgres://${env:NO}",
                "postgres://${env:NO}@h/d",
                "postgres://${env:NO}:x@h/d",
                "postgres://u:p@${env:NO}",
                "postgres://u:p@h:${env:NO}/d",
                "postgres://u:p@h/${env:NO}",
                "postgres://u:p@h/d?sslmode=${env:NO}",
                "postgres://u:p@h/d?connect_timeout=${env:NO}",
                "postgres://u:p@h/d?target_session_attrs=${env:NO}&application_name=a",
                "postgres://u:p@h/d?${env:NO}"
            })
    void findsNothingElseWrongThatAnUnsetVariableMayHold(String dsn) {
        assertThat(dsnProblems(dsn)).containsExactly(unset("NO"));
    }

    /** It may be a secret, or a part of one. */
    @Test
    void namesTheVariableOfAnOptionInsteadOfItsValue() {
        String dsn =
                "postgres://u:p@h/d?sslmode=${env:MODE}&connect_timeout=1${env:TIME}"
                        + "&sslpassword=${env:KEY}&${env:MORE}&conect_timeout=3";
        Map<String, String> environment =
                Map.of(
                        "MODE",
                        "requite",
                        "TIME",
                        "x&y",
                        "KEY",
                        "a&sEcReT",
                        "MORE",
                        "sslmod=sEcReT");
        List<String> expected =
                List.of(
                        "option sslmode is \"${env:MODE}\" (the value isn't shown), expected"
                                + " disable, allow, prefer, require, verify-ca or verify-full",
                        "unknown option \"${env:TIME}\" (the value isn't shown)",
                        "unknown option \"${env:KEY}\" (the value isn't shown)",
                        "unknown option \"${env:MORE}\" (the value isn't shown)",
                        "unknown option \"conect_timeout\"; did you mean connect_timeout?",
                        "option connect_timeout is \"1${env:TIME}\" (the value isn't shown)");
        assertThat(dsnProblems(dsn, environment))
                .hasSize(6)
                .satisfies(
                        problems -> {
                            for (int i = 0; i < 6; i++) {
                                assertThat(problems.get(i)).startsWith(expected.get(i));
                            }
                        })
                .noneMatch(problem -> problem.contains("did you mean require"))
                .noneMatch(problem -> problem.contains("sEcReT"));
        assertThat(
                        dsnProblems(
                                dsn.replace("postgres://u:p@", "postgres://u:${env:NO}@"),
                                environment))
                .contains(unset("NO"), expected.get(0))
                .noneMatch(problem -> problem.contains("sEcReT"));
    }

    private static String unset(String variable) {
        return "environment variable %s is not set. Run: export %s=<value>, then run the command again"
                .formatted(variable, variable);
    }

    /** Problems of a file whose one connection is this, without their place. */
    private List<String> dsnProblems(String dsn) {
        return dsnProblems(dsn, ENVIRONMENT);
    }

    private List<String> dsnProblems(String dsn, Map<String, String> environment) {
        String prefix = "4:10: connections[0].dsn: ";
        return problems(
                        SMALLEST.replace("postgres://u:${env:PG_PASSWORD}@h/d", "\"" + dsn + "\""),
                        environment)
                .stream()
                .map(problem -> problem.replace(prefix, ""))
                .toList();
    }

    @Test
    void saysWhyAFileCanNotBeRead() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> PipelinesFile.read(missing, Map.of()))
                .hasMessage("Cannot read pipelines file " + missing + ": no such file");
        assertThatThrownBy(() -> PipelinesFile.read(folder, Map.of()))
                .hasMessage("Cannot read pipelines file " + folder + ": it is a folder");
        Path latin1 = folder.resolve("latin1.yaml");
        Files.write(latin1, new byte[] {'#', (byte) 0xFC, '\n'});
        assertThatThrownBy(() -> PipelinesFile.read(latin1, Map.of()))
                .hasMessage("Cannot read pipelines file " + latin1 + ": it is not UTF-8");
    }

    @Test
    void printsAllProblemsInOneMessage() throws IOException {
        Path path = write("pipelines: 1\nmetrics_port: x\n");
        assertThatThrownBy(() -> PipelinesFile.read(path, Map.of()))
                .hasMessage(
                        "3 problems in "
                                + path
                                + "\n  "
                                + path
                                + ":1:1: connections: missing\n  "
                                + path
                                + ":1:12: pipelines: found a single value, expected a list of at"
                                + " least one\n  "
                                + path
                                + ":2:15: metrics_port: found \"x\", expected a whole number from 1"
                                + " to 65535");
    }

    private Pipeline only(PipelinesFile file) {
        assertThat(file.pipelines()).hasSize(1);
        return file.pipelines().get(0);
    }

    private List<String> problems(String text) {
        return problems(text, ENVIRONMENT);
    }

    private List<String> problems(String text, Map<String, String> environment) {
        try {
            read(text, environment);
        } catch (InvalidPipelinesFileException e) {
            return e.problems().stream()
                    .map(p -> (p.position() == null ? "" : p.position() + ": ") + p)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return List.of();
    }

    private PipelinesFile read(String text) throws IOException, InvalidPipelinesFileException {
        return read(text, ENVIRONMENT);
    }

    private PipelinesFile read(String text, Map<String, String> environment)
            throws IOException, InvalidPipelinesFileException {
        return PipelinesFile.read(write(text), environment);
    }

    private Path write(String text) throws IOException {
        Path path = folder.resolve("pipelines.yaml");
        Files.writeString(path, text);
        return path;
    }
}

package io.nanosync.flink.pg.table.random;

import io.nanosync.flink.pg.table.random.Declared.Field;
import io.nanosync.flink.pg.table.random.Declared.Reading;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/** One random statement: its tables in Flink, its job, and what came of it. */
final class LiveStatement {

    private static final Duration LONG = Duration.ofSeconds(90);

    /** What happens to its job on the way. */
    private enum Disturbance {
        NONE,
        FAILURE,
        SAVEPOINT
    }

    private final Draw draw;
    private final String tables;
    private final int number;
    private final Reading reading;
    private final Path folder;
    private final TestDatabase database;
    private final boolean batch;

    /** Whether its tables are of one pipeline. */
    private final boolean shares;

    private final Disturbance disturbance;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<Declared> declared = new ArrayList<>();
    private Relation query = Relation.query("", List.of(), List.of());
    private String sink = "";
    private List<String> sinkKey = List.of();
    private @Nullable String savepoint;
    private @Nullable JobClient job;
    private @Nullable CloseableIterator<Row> collected;
    private String plan = "";

    LiveStatement(
            Draw draw,
            String tables,
            int number,
            Reading reading,
            boolean shares,
            Path folder,
            TestDatabase database) {
        this.shares = shares;
        this.database = database;
        this.draw = draw;
        this.tables = tables;
        this.number = number;
        this.reading = reading;
        this.folder = folder;
        this.batch = reading == Reading.SNAPSHOT && draw.chance(60);
        this.disturbance =
                reading == Reading.SNAPSHOT || draw.chance(60)
                        ? Disturbance.NONE
                        : draw.of(Disturbance.FAILURE, Disturbance.SAVEPOINT);
    }

    /** Draws it, and has PostgreSQL know its tables. */
    void draw(List<PgTable> all) {
        List<Relation> relations = new ArrayList<>();
        boolean filters =
                database.queryLong("SELECT current_setting('server_version_num')") >= 150_000;
        for (int i = 0; i < all.size(); i++) {
            Declared table =
                    Declaring.declare(
                            draw,
                            all.get(i),
                            reading,
                            filters,
                            "s" + number + "_" + i,
                            shares ? pipeline() : null,
                            database.dsn());
            database.execute(table.postgres().toArray(String[]::new));
            declared.add(table);
            relations.add(Relation.of(table));
        }
        query = new Composer(draw, batch, reading != Reading.FOLLOWED).compose(relations);
        settings.put("parallelism.default", String.valueOf(draw.between(1, 3)));
        settings.put("table.local-time-zone", "UTC");
        if (!batch) {
            settings.put("execution.checkpointing.interval", "200ms");
            settings.put("restart-strategy.type", "fixed-delay");
            settings.put("restart-strategy.fixed-delay.attempts", "3");
            settings.put("restart-strategy.fixed-delay.delay", "100ms");
        }
        if (!batch && draw.chance(35)) {
            settings.put("table.exec.mini-batch.enabled", "true");
            settings.put("table.exec.mini-batch.allow-latency", "200ms");
            settings.put("table.exec.mini-batch.size", draw.of("3", "1000"));
            settings.put(
                    "table.optimizer.agg-phase-strategy",
                    draw.of("AUTO", "TWO_PHASE", "ONE_PHASE"));
            settings.put("table.optimizer.distinct-agg.split.enabled", draw.of("true", "false"));
        }
        if (!batch && query.hasKey() && draw.chance(60)) {
            sinkKey = query.key();
        }
    }

    private String pipeline() {
        return "s" + number;
    }

    private String slot(String table) {
        return "nanosync_slot_" + (shares ? pipeline() : table);
    }

    private String text() {
        return query.statement();
    }

    private String textForFlink() {
        return text().replace(" NULLS FIRST", "").replace(" NULLS LAST", "");
    }

    /** Which of the ways it went. */
    String mode() {
        return (batch ? "batch" : reading == Reading.SNAPSHOT ? "bounded" : "streaming")
                + (reading == Reading.APPENDED ? ", append" : "")
                + (shares ? ", shared" : "")
                + (batch ? "" : sinkKey.isEmpty() ? ", each change" : ", by key")
                + (settings.containsKey("table.exec.mini-batch.enabled") ? ", mini-batch" : "")
                + switch (disturbance) {
                    case NONE -> "";
                    case FAILURE -> ", failure";
                    case SAVEPOINT -> ", savepoint";
                };
    }

    void start() {
        TableEnvironment flink =
                TableEnvironment.create(
                        batch
                                ? EnvironmentSettings.inBatchMode()
                                : EnvironmentSettings.inStreamingMode());
        settings.forEach(flink.getConfig()::set);
        if (savepoint != null) {
            flink.getConfig().set("execution.state-recovery.path", savepoint);
        }
        declared.forEach(table -> table.flink().forEach(flink::executeSql));
        if (batch) {
            collected = flink.executeSql(textForFlink()).collect();
            return;
        }
        sink = UUID.randomUUID().toString();
        String insert = "INSERT INTO target " + textForFlink();
        createTarget(flink);
        plan = flink.explainSql(insert, ExplainDetail.CHANGELOG_MODE);
        if (FlinkFaults.joinLacksOldRows(plan)) {
            sinkKey = List.of();
            flink.executeSql("DROP TABLE target");
            createTarget(flink);
            plan = flink.explainSql(insert, ExplainDetail.CHANGELOG_MODE);
        }
        job = flink.executeSql(insert).getJobClient().orElseThrow();
    }

    private void createTarget(TableEnvironment flink) {
        List<LogicalType> types =
                flink.sqlQuery(textForFlink())
                        .getResolvedSchema()
                        .toPhysicalRowDataType()
                        .getLogicalType()
                        .getChildren();
        List<String> columns = new ArrayList<>();
        List<Field> fields = query.fields();
        for (int i = 0; i < types.size(); i++) {
            boolean inKey = sinkKey.contains(fields.get(i).name());
            columns.add(
                    fields.get(i).name() + " " + types.get(i).copy(!inKey).asSerializableString());
        }
        if (!sinkKey.isEmpty()) {
            columns.add("PRIMARY KEY (" + String.join(", ", sinkKey) + ") NOT ENFORCED");
        }
        flink.executeSql(
                "CREATE TABLE target ("
                        + String.join(", ", columns)
                        + ") WITH ('connector' = 'folding', 'name' = '"
                        + sink
                        + "'"
                        + (disturbance == Disturbance.NONE || sinkKey.isEmpty()
                                ? ""
                                : ", 'sink.parallelism' = '1'")
                        + ")");
    }

    /** It has failed, or needed no table. */
    boolean hasEnded() {
        return job == null || job.getJobExecutionResult().isDone();
    }

    /** Whether each of its tables that is read is followed. */
    boolean streams() {
        return read().stream().allMatch(table -> database.streamingPid(slot(table)) != null);
    }

    private List<String> read() {
        String executed = plan.substring(plan.indexOf("== Optimized Execution Plan =="));
        return declared.stream()
                .filter(table -> executed.contains(table.scanned()))
                .map(Declared::name)
                .toList();
    }

    /** Its job fails, or is stopped and goes on from a savepoint. */
    void disturb() throws Exception {
        JobClient client = job;
        if (client == null || hasEnded()) {
            return;
        }
        switch (disturbance) {
            case NONE -> {}
            case FAILURE -> Folded.named(sink).failOnce();
            case SAVEPOINT -> {
                savepoint =
                        client.stopWithSavepoint(
                                        false,
                                        folder.toUri().toString(),
                                        draw.of(
                                                SavepointFormatType.CANONICAL,
                                                SavepointFormatType.NATIVE))
                                .get();
                Folded.forget(sink);
                start();
            }
        }
    }

    /** What is wrong when all of the load has come; null when nothing is. */
    @Nullable String judge(String lsn) throws Exception {
        try {
            Await.until(
                    "all has come", LONG, () -> failure() != null || (confirmed(lsn) && isEqual()));
        } catch (AssertionError e) {
            return (confirmed(lsn) ? "" : "It doesn't confirm " + lsn + ".\n") + difference();
        }
        String taken = Folded.named(sink).takenBack();
        if (failure() == null
                && taken != null
                && settings.get("parallelism.default").equals("1")
                && disturbance == Disturbance.NONE) {
            return "It takes back a row that isn't there: " + taken;
        }
        return failure();
    }

    private boolean confirmed(String lsn) {
        return read().stream()
                .allMatch(
                        name ->
                                database.queryString(
                                                "SELECT confirmed_flush_lsn >= '"
                                                        + lsn
                                                        + "' FROM pg_replication_slots WHERE"
                                                        + " slot_name = '"
                                                        + slot(name)
                                                        + "'")
                                        .equals("t"));
    }

    /** The same for a statement that ends. */
    @Nullable String judgeEnded() throws Exception {
        if (collected == null) {
            JobClient client = Objects.requireNonNull(job);
            CompletableFuture<?> ended = client.getJobExecutionResult();
            Await.until("the statement ends", LONG, ended::isDone);
            String failure = failure();
            return failure == null && !isEqual() ? difference() : failure;
        }
        Fold fold = new Fold(new int[0]);
        try (CloseableIterator<Row> rows = collected) {
            while (rows.hasNext()) {
                Row row = rows.next();
                List<String> values = new ArrayList<>();
                for (int i = 0; i < row.getArity(); i++) {
                    values.add(Values.text(row.getField(i)));
                }
                fold.apply(row.getKind(), values);
            }
        } catch (RuntimeException e) {
            return ExceptionUtils.stringifyException(e);
        }
        Map<List<String>, Long> found = new HashMap<>();
        fold.addTo(found);
        Map<List<String>, Long> expected = answer();
        return isEqual(expected, found) ? null : difference(expected, found);
    }

    private @Nullable String failure() {
        JobClient client = job;
        if (client == null || !client.getJobExecutionResult().isCompletedExceptionally()) {
            return null;
        }
        return client.getJobExecutionResult()
                .handle((done, error) -> ExceptionUtils.stringifyException(error))
                .join();
    }

    private boolean isEqual() throws SQLException {
        return isEqual(answer(), Folded.named(sink).rows());
    }

    /** Where no row has come, a stream has no row that tells of all. */
    private boolean isEqual(Map<List<String>, Long> expected, Map<List<String>, Long> found) {
        return found.equals(expected)
                || (query.ofAll()
                        && found.isEmpty()
                        && expected.keySet().stream().allMatch(row -> row.get(0).equals("0")));
    }

    private String difference() throws SQLException {
        return difference(answer(), Folded.named(sink).rows());
    }

    private static String difference(
            Map<List<String>, Long> expected, Map<List<String>, Long> found) {
        Map<List<String>, Long> missing = new HashMap<>(expected);
        found.forEach((row, count) -> missing.merge(row, -count, Long::sum));
        missing.values().removeIf(count -> count == 0);
        return "PostgreSQL has (Flink has, where negative) of "
                + expected.size()
                + ": "
                + missing.entrySet().stream()
                        .limit(20)
                        .map(entry -> shortened(entry.getKey()) + " x " + entry.getValue())
                        .collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    private static String shortened(List<String> row) {
        return row.stream()
                .map(value -> value.length() > 40 ? value.substring(0, 40) + "…" : value)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private Map<List<String>, Long> answer() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = flink, public");
            try (ResultSet result = statement.executeQuery(text())) {
                return Values.counted(result);
            }
        }
    }

    void stop() throws InterruptedException, ExecutionException {
        JobClient client = job;
        if (client != null) {
            CompletableFuture<?> ended =
                    client.getJobExecutionResult().handle((done, failed) -> true);
            if (!ended.isDone()) {
                client.cancel().get();
            }
            ended.get();
            job = null;
            Folded.forget(sink);
        }
    }

    @Override
    public String toString() {
        return tables
                + declared.stream()
                        .flatMap(table -> table.flink().stream())
                        .collect(Collectors.joining(";\n"))
                + "\n"
                + settings
                + ", "
                + mode()
                + ", key "
                + sinkKey
                + "\n"
                + textForFlink()
                + "\n"
                + plan;
    }
}

package io.nanosync.flink.pg.table.random;

import io.nanosync.flink.pg.table.random.Declared.Reading;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two tables, a load on them, and statements that follow it; then as many over the rows that are
 * there in the end. All of it comes from a seed.
 */
final class Trial {

    private static final Duration LONG = Duration.ofSeconds(90);

    private final long seed;
    private final int version;
    private final int statements;
    private final @Nullable Integer only;
    private final Path folder;
    private final Tally tally;
    private final Draw draw;
    private final List<PgTable> tables;
    private final List<LiveStatement> live = new ArrayList<>();

    /**
     * @param version of PostgreSQL
     * @param statements how many follow the load
     * @param only the number of the one that is run; null for all
     * @param folder for savepoints
     */
    Trial(
            long seed,
            int version,
            int statements,
            @Nullable Integer only,
            Path folder,
            Tally tally) {
        this.seed = seed;
        this.version = version;
        this.statements = statements;
        this.only = only;
        this.folder = folder;
        this.tally = tally;
        this.draw = new Draw(seed);
        this.tables = List.of(PgTable.draw(draw, "t0"), PgTable.draw(draw, "t1"));
    }

    void run() throws Exception {
        try (TestDatabase database = TestPostgres.shared(version).createDatabase();
                Connection connection = database.connect()) {
            database.execute("CREATE EXTENSION citext", "CREATE SCHEMA flink");
            for (PgTable table : tables) {
                database.execute(table.create().toArray(String[]::new));
            }
            try {
                follow(database, new Load(draw.apart(), tables, connection));
                readAll(database);
            } finally {
                for (LiveStatement statement : live) {
                    statement.stop();
                }
            }
        }
    }

    private void follow(TestDatabase database, Load load) throws Exception {
        load.transactions(40);
        for (int i = 0; i < statements; i++) {
            Draw own = draw.apart();
            start(own, i, own.chance(12) ? Reading.APPENDED : Reading.FOLLOWED, database);
        }
        load.transactions(20);
        for (LiveStatement statement : live) {
            Await.until(
                    "its tables are followed:\n" + statement,
                    LONG,
                    () -> statement.hasEnded() || statement.streams());
        }
        load.transactions(40);
        for (LiveStatement statement : live) {
            statement.disturb();
        }
        load.transactions(40);
        String last = load.last();
        for (LiveStatement statement : live) {
            tally.judged(statement, statement.judge(last));
            statement.stop();
        }
        live.clear();
    }

    private void readAll(TestDatabase database) throws Exception {
        for (int i = 0; i < statements; i++) {
            start(draw.apart(), statements + i, Reading.SNAPSHOT, database);
            for (LiveStatement statement : live) {
                tally.judged(statement, statement.judgeEnded());
                statement.stop();
            }
            live.clear();
        }
    }

    private void start(Draw own, int number, Reading reading, TestDatabase database) {
        LiveStatement statement =
                new LiveStatement(
                        own, describe(), number, reading, shares(number), folder, database);
        statement.draw(tables);
        if (only != null && only != number) {
            return;
        }
        try {
            statement.start();
            live.add(statement);
        } catch (RuntimeException | StackOverflowError e) {
            tally.refused(statement, e);
        }
    }

    /** Beside the seed's other choices, which were there before. */
    private boolean shares(int number) {
        return new Draw(31 * seed + number).chance(40);
    }

    private String describe() {
        StringBuilder text = new StringBuilder("seed " + seed + " on PostgreSQL " + version + "\n");
        for (PgTable table : tables) {
            table.create().forEach(sql -> text.append(sql).append(";\n"));
        }
        return text.toString();
    }
}

package io.nanosync.flink.pg.table.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random statements over captured tables, while these change, have PostgreSQL's answers. What is
 * wrong is printed with its seed; {@code -Dseed=S -Dseeds=1} has the same tables, load and
 * statements again, and {@code -Dstatement=N} runs the one whose tables are called {@code sN_0} and
 * {@code sN_1} alone.
 */
final class SqlCheckITCase {

    private static final int STATEMENTS = 4;

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setConfiguration(memory())
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(3 * STATEMENTS)
                            .build());

    @TempDir private Path folder;
    private final Tally tally = new Tally();

    private static Configuration memory() {
        Configuration configuration = new Configuration();
        configuration.setString("taskmanager.memory.network.min", "256m");
        configuration.setString("taskmanager.memory.network.max", "256m");
        // Each operator of a statement in batch mode has its share of that of a slot.
        configuration.setString("taskmanager.memory.managed.size", "1g");
        return configuration;
    }

    @Test
    void answersAsPostgresDoes() throws Exception {
        new Trial(1, 17, 2, null, folder, tally).run();
        assertThat(tally.finds()).isEmpty();
    }

    @Test
    @Tag("long")
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    void answersAsPostgresDoesWhateverTheSeed() {
        long first = Long.getLong("seed", 1);
        long seeds = Long.getLong("seeds", 30);
        Integer only = Integer.getInteger("statement");
        for (long seed = first; seed < first + seeds; seed++) {
            int version = new Draw(seed).of(TestPostgres.VERSIONS);
            try {
                new Trial(seed, version, STATEMENTS, only, folder, tally).run();
            } catch (Exception | AssertionError e) {
                tally.found("seed " + seed + "\n" + ExceptionUtils.stringifyException(e));
            }
            System.out.println("Behind seed " + seed + ": " + tally.count());
        }
        System.out.println(tally.summary());
        assertThat(tally.finds()).isEmpty();
    }
}

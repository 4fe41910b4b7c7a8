package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows of 1 MB, more of them than the heap holds: memory is bounded by bytes, not by rows. */
@Tag("long")
final class LargeRowsITCase {

    private static final int ROWS = 4000;
    private static final int ROW_BYTES = 1 << 20;

    @Test
    void snapshotOfRowsOfOneMegabyteFitsIntoTheHeapOfTheTests() throws Exception {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(2L << 30);
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE large (id int PRIMARY KEY, body text)",
                    "ALTER TABLE large ALTER body SET STORAGE EXTERNAL",
                    "INSERT INTO large SELECT g, repeat(md5(g::text), "
                            + ROW_BYTES / 32
                            + ") FROM generate_series(1, "
                            + ROWS
                            + ") g");
            SourceConfig config =
                    SourceConfig.of(
                            database.connectionConfig(),
                            "large",
                            List.of(TableSelector.parse("public.large")),
                            OptionValues.defaults()
                                    .with(SourceOptions.STARTUP_MODE, new StartupMode.Snapshot()));
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
            env.setParallelism(2);
            PgSource.addTo(env, config).filter(new Count()).sinkTo(new DiscardingSink<>());
            Long rows = env.execute("large rows").getAccumulatorResult("rows");
            assertThat(rows).isEqualTo(ROWS);
        }
    }

    private static final class Count extends RichFilterFunction<ChangeBatch> {
        private static final long serialVersionUID = 1L;

        private final LongCounter rows = new LongCounter();

        @Override
        public void open(OpenContext context) {
            getRuntimeContext().addAccumulator("rows", rows);
        }

        @Override
        public boolean filter(ChangeBatch batch) {
            rows.add(batch.rowCount());
            return false;
        }
    }
}

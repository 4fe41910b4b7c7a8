package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.net.URL;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemSplitDataWriter;
import org.apache.flink.connector.testframe.external.source.DataStreamSourceExternalContext;
import org.apache.flink.connector.testframe.external.source.TestingSourceSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SourceTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.junit.jupiter.api.Tag;

/**
 * Flink's own tests of a source. What they call a split is a table here, and a record is a row: the
 * order of both within a split is PostgreSQL's.
 */
@Tag("long")
final class SourceSuiteITCase extends SourceTestSuiteBase<String> {

    @TestEnv private final MiniClusterTestEnvironment flink = new MiniClusterTestEnvironment();

    @TestSemantics
    private final CheckpointingMode[] semantics =
            new CheckpointingMode[] {CheckpointingMode.EXACTLY_ONCE};

    @TestContext private final ExternalContextFactory<Tables> tables = testName -> new Tables();

    /** A database of a test, with as many tables as a test has splits. */
    private static final class Tables implements DataStreamSourceExternalContext<String> {

        private static final int TABLES = 4;
        private static final int ROWS = 200;

        private final TestDatabase database = TestPostgres.shared(18).createDatabase();
        private final AtomicInteger writers = new AtomicInteger();
        private final AtomicInteger ids = new AtomicInteger();

        Tables() {
            for (int i = 0; i < TABLES; i++) {
                database.execute("CREATE TABLE t" + i + " (value text PRIMARY KEY)");
            }
        }

        @Override
        public Source<String, ?, ?> createSource(TestingSourceSettings settings) {
            boolean bounded = settings.getBoundedness() == Boundedness.BOUNDED;
            return new RowsSource(
                    PgSource.builder()
                            .dsn(database.dsn())
                            .pipeline("suite_" + database.name())
                            .tables(
                                    IntStream.range(0, TABLES)
                                            .mapToObj(i -> "public.t" + i)
                                            .toArray(String[]::new))
                            .property("startup_mode", bounded ? "snapshot" : "initial")
                            .build());
        }

        @Override
        public ExternalSystemSplitDataWriter<String> createSourceSplitDataWriter(
                TestingSourceSettings settings) {
            return new Writer(database, "t" + writers.getAndIncrement());
        }

        @Override
        public List<String> generateTestData(
                TestingSourceSettings settings, int splitIndex, long seed) {
            Random random = new Random(seed);
            return IntStream.range(0, ROWS)
                    .mapToObj(
                            i ->
                                    "%d of %d: %x"
                                            .formatted(
                                                    ids.getAndIncrement(),
                                                    splitIndex,
                                                    random.nextLong()))
                    .toList();
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }

        @Override
        public List<URL> getConnectorJarPaths() {
            return List.of();
        }

        @Override
        public void close() {
            database.close();
        }
    }

    /** Inserts records into a table, each in a transaction of its own. */
    private record Writer(TestDatabase database, String table)
            implements ExternalSystemSplitDataWriter<String> {

        @Override
        public void writeRecords(List<String> records) {
            try (Connection connection = database.connect();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
                for (String text : records) {
                    insert.setString(1, text);
                    insert.execute();
                }
            } catch (SQLException e) {
                throw new AssertionError("Cannot write into " + table, e);
            }
        }

        @Override
        public void close() {}
    }
}

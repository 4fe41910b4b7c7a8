package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.util.ExceptionUtils;

/** Sessions of Flink SQL in the test's JVM. */
final class SqlSession {

    private SqlSession() {}

    /** One whose statements stream, with a checkpoint every 200 ms. */
    static TableEnvironment streaming(int parallelism) {
        TableEnvironment session = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        session.getConfig().set("execution.checkpointing.interval", "200ms");
        session.getConfig().set("parallelism.default", String.valueOf(parallelism));
        return session;
    }

    /** Stops a job with a savepoint below a folder; returns its path. */
    static String stop(JobClient job, Path folder) throws Exception {
        return job.stopWithSavepoint(
                        false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
    }

    /** With what a job fails; returns when it has. */
    static String failure(JobClient job) throws Exception {
        Future<String> failure =
                job.getJobExecutionResult()
                        .handle((ended, error) -> ExceptionUtils.stringifyException(error));
        Await.until("the job has ended", Duration.ofMinutes(2), failure::isDone);
        return failure.get();
    }
}

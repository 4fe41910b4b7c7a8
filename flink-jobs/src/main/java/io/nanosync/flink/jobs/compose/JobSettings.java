package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.PgSource;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The Flink settings of a pipeline's job. Written as configuration keys, which are the same from
 * Flink 1.20 to 2.3 while the classes behind them moved.
 */
public final class JobSettings {

    private static final String TIMEOUT = "execution.checkpointing.timeout";
    private static final String TOLERABLE_FAILURES =
            "execution.checkpointing.tolerable-failed-checkpoints";
    private static final String STATE_BACKEND = "state.backend.type";
    private static final String RESTARTS = "restart-strategy";
    private static final Duration TRANSACTIONS_IN_PARTS_TIMEOUT = Duration.ofMinutes(30);

    private JobSettings() {}

    /**
     * The settings of a pipeline's job.
     *
     * @param given what the cluster or the submission sets; it wins where exactly-once doesn't
     *     depend on the value
     */
    public static Configuration of(Pipeline pipeline, ReadableConfig given) {
        Configuration settings = new Configuration();
        settings.setString("pipeline.name", pipeline.name());
        checkpoints(settings, pipeline);
        timeout(settings, pipeline, given);
        unlessGiven(settings, given, TOLERABLE_FAILURES, "10");
        unlessGiven(settings, given, STATE_BACKEND, "hashmap");
        if (!has(given, RESTARTS + ".type") && !has(given, RESTARTS)) {
            restarts(settings);
        }
        return settings;
    }

    /** Whether the value of a key that the cluster or the submission sets wins. */
    public static boolean givesWayTo(String key) {
        return List.of(TIMEOUT, TOLERABLE_FAILURES, STATE_BACKEND, RESTARTS).contains(key)
                || key.startsWith(RESTARTS + ".");
    }

    private static void checkpoints(Configuration settings, Pipeline pipeline) {
        settings.setString("execution.checkpointing.mode", "EXACTLY_ONCE");
        settings.setString(
                "execution.checkpointing.interval",
                pipeline.checkpointInterval().toMillis() + " ms");
        // An unaligned checkpoint completes while snapshot rows sit in channels, and would so break
        // the order of rows before changes at the hand-over.
        settings.setString("execution.checkpointing.unaligned.enabled", "false");
        settings.setString("execution.checkpointing.storage", "filesystem");
        settings.setString("execution.checkpointing.dir", pipeline.stateDir() + "/checkpoints");
        settings.setString(
                "execution.checkpointing.savepoint-dir", pipeline.stateDir() + "/savepoints");
        settings.setString(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
    }

    /** No checkpoint begins within a transaction that is delivered whole. */
    private static void timeout(Configuration settings, Pipeline pipeline, ReadableConfig given) {
        Duration own = pipeline.checkpointTimeout();
        if (own != null) {
            settings.setString(TIMEOUT, own.toMillis() + " ms");
            return;
        }
        Duration usual =
                pipeline.source().wholeTransactions()
                        ? PgSource.WHOLE_TRANSACTIONS_TIMEOUT
                        : TRANSACTIONS_IN_PARTS_TIMEOUT;
        unlessGiven(settings, given, TIMEOUT, usual.toMinutes() + " min");
    }

    /** Fast at first, slower while the trouble lasts, and given up in the end. */
    private static void restarts(Configuration settings) {
        settings.setString("restart-strategy.type", "exponential-delay");
        settings.setString("restart-strategy.exponential-delay.initial-backoff", "1 s");
        settings.setString("restart-strategy.exponential-delay.max-backoff", "30 s");
        settings.setString("restart-strategy.exponential-delay.backoff-multiplier", "2.0");
        settings.setString("restart-strategy.exponential-delay.reset-backoff-threshold", "5 min");
        settings.setString(
                "restart-strategy.exponential-delay.attempts-before-reset-backoff", "20");
    }

    private static void unlessGiven(
            Configuration settings, ReadableConfig given, String key, String value) {
        if (!has(given, key)) {
            settings.setString(key, value);
        }
    }

    private static boolean has(ReadableConfig given, String key) {
        return given.getOptional(ConfigOptions.key(key).stringType().noDefaultValue()).isPresent();
    }
}

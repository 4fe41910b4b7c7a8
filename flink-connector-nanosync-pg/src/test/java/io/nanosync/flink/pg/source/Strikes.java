package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.testing.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Kills or cuts something of a pipeline, whatever it is doing. */
final class Strikes {

    /** What is struck. */
    enum Kind {
        /** The job, which is started again from its newest checkpoint. */
        JOB,
        KEEPER,
        WALSENDER,
        OPERATOR,
        CONNECTIONS
    }

    private final AlteredPipeline pipeline;
    private final @Nullable TcpProxy proxy;
    private final Random random;
    private final List<Kind> kinds;

    /** Starts the job as it was. */
    @FunctionalInterface
    interface Start {
        void run() throws Exception;
    }

    /**
     * @param proxy through which it connects; null where connections aren't struck
     */
    Strikes(AlteredPipeline pipeline, @Nullable TcpProxy proxy, Random random, Kind... kinds) {
        this.pipeline = pipeline;
        this.proxy = proxy;
        this.random = random;
        this.kinds = List.of(kinds);
    }

    /** Strikes once. */
    void one(Start start) throws Exception {
        strike(start);
    }

    /** Strikes once, and a third of the times once more some time later. */
    void oneOrTwo(int laterMillis, Start start) throws Exception {
        strike(start);
        if (random.nextInt(3) == 0) {
            pause(laterMillis);
            strike(start);
        }
    }

    void pause(int longestMillis) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(longestMillis)).toNanos());
    }

    private void strike(Start start) throws Exception {
        switch (kinds.get(random.nextInt(kinds.size()))) {
            case JOB -> {
                pipeline.job().cancel();
                start.run();
            }
            case KEEPER -> end(Keepers.SESSIONS);
            case WALSENDER ->
                    end(
                            " FROM pg_stat_activity WHERE backend_type = 'walsender' AND datname ="
                                    + " current_database()");
            case OPERATOR -> pipeline.job().failOnceAfterRows(1);
            case CONNECTIONS -> Objects.requireNonNull(proxy).cutConnectionsOfNow();
        }
    }

    private void end(String sessions) {
        pipeline.database.queryList("SELECT pg_terminate_backend(pid)" + sessions);
    }
}

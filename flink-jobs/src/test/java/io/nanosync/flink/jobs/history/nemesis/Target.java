package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.Journal;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;

/**
 * What the nemesis can reach.
 *
 * @param proxy all connections of the pipeline go through it
 */
public record Target(
        TestPostgres server,
        TestDatabase database,
        TcpProxy proxy,
        Pipeline pipeline,
        HistoryJob job,
        Journal journal) {}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;

/** One group of questions about the server; adds what it finds. */
@FunctionalInterface
interface PreflightCheck {

    void run(PreflightContext context, Findings findings) throws PgException;
}

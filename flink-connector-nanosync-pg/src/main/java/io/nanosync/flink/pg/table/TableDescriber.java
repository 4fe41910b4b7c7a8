package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;

/** Asks PostgreSQL, while a statement is planned, what a table looks like. */
@FunctionalInterface
interface TableDescriber {

    /** The table. Fails with the reason when there is none, or nobody answers. */
    TableSchema describe(ConnectionConfig connection, QualifiedName table) throws PgException;
}

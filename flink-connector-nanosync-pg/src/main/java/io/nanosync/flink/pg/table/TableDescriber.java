package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ByPlace;
import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;

/** Asks PostgreSQL, while a statement is planned, what tables look like. */
interface TableDescriber {

    /**
     * The tables that are named, at least one, or everything that is wrong with them; fails when
     * nobody answers.
     */
    Checked<List<TableSchema>> describe(ConnectionConfig connection, TableNames tables)
            throws PgException;

    /** What composite types columns of these tables are made of, see {@link RowTypes#look}. */
    List<ByPlace> rowTypes(ConnectionConfig connection, List<RowTypes.OfTable> columns)
            throws PgException;
}

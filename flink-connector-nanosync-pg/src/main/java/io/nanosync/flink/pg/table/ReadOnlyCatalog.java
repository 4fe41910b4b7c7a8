package io.nanosync.flink.pg.table;

import java.util.List;
import org.apache.flink.table.catalog.AbstractCatalog;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogFunction;
import org.apache.flink.table.catalog.CatalogPartition;
import org.apache.flink.table.catalog.CatalogPartitionSpec;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.PartitionNotExistException;
import org.apache.flink.table.catalog.exceptions.ProcedureNotExistException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.expressions.Expression;
import org.apache.flink.table.procedures.Procedure;

/**
 * A catalog of databases and tables alone, in which nothing can be changed: what there is no such
 * thing of is empty, and what would write is refused with what to do instead.
 */
abstract class ReadOnlyCatalog extends AbstractCatalog {

    private static final String INSTEAD_OF_TABLE =
            "run it on PostgreSQL, or keep the table in another catalog of Flink, or make it"
                    + " temporary";
    private static final String INSTEAD_OF_ALTER =
            "run ALTER TABLE on PostgreSQL; options are set for one statement with /*+"
                + " OPTIONS('name' = 'value') */, or for good in a table of another catalog: CREATE"
                + " TABLE … WITH (…) LIKE …";
    private static final String INSTEAD_OF_DATABASE = "run it on PostgreSQL";
    private static final String INSTEAD_OF_FUNCTION =
            "keep the function in another catalog of Flink, or make it temporary";
    private static final String INSTEAD_OF_PARTITION = "partitions are made on PostgreSQL";
    private static final String INSTEAD_OF_STATISTICS = "run ANALYZE on PostgreSQL";

    ReadOnlyCatalog(String name, String defaultDatabase) {
        super(name, defaultDatabase);
    }

    private UnsupportedOperationException refuse(String what, Object subject, String instead) {
        return new UnsupportedOperationException(
                "Cannot "
                        + what
                        + " "
                        + subject
                        + " in catalog "
                        + getName()
                        + ": it shows what PostgreSQL has, and changes nothing there. Instead "
                        + instead);
    }

    @Override
    public void createDatabase(
            String database, CatalogDatabase definition, boolean ignoreIfExists) {
        if (!ignoreIfExists || !databaseExists(database)) {
            throw refuse("create database", database, INSTEAD_OF_DATABASE);
        }
    }

    @Override
    public void dropDatabase(String database, boolean ignoreIfNotExists, boolean cascade) {
        if (!ignoreIfNotExists || databaseExists(database)) {
            throw refuse("drop database", database, INSTEAD_OF_DATABASE);
        }
    }

    @Override
    public void alterDatabase(
            String database, CatalogDatabase definition, boolean ignoreIfNotExists) {
        throw refuse("alter database", database, INSTEAD_OF_DATABASE);
    }

    @Override
    public void createTable(ObjectPath table, CatalogBaseTable definition, boolean ignoreIfExists) {
        if (!ignoreIfExists || !tableExists(table)) {
            throw refuse("create", table, INSTEAD_OF_TABLE);
        }
    }

    @Override
    public void dropTable(ObjectPath table, boolean ignoreIfNotExists) {
        if (!ignoreIfNotExists || tableExists(table)) {
            throw refuse("drop", table, INSTEAD_OF_DATABASE);
        }
    }

    @Override
    public void renameTable(ObjectPath table, String newName, boolean ignoreIfNotExists) {
        throw refuse("rename", table, INSTEAD_OF_ALTER);
    }

    @Override
    public void alterTable(
            ObjectPath table, CatalogBaseTable definition, boolean ignoreIfNotExists) {
        throw refuse("alter", table, INSTEAD_OF_ALTER);
    }

    @Override
    public List<String> listViews(String database) {
        return List.of();
    }

    /** Of Flink 2.2 and later. */
    @SuppressWarnings("unused")
    public List<String> listMaterializedTables(String database) {
        return List.of();
    }

    @Override
    public List<CatalogPartitionSpec> listPartitions(ObjectPath table) {
        return List.of();
    }

    @Override
    public List<CatalogPartitionSpec> listPartitions(ObjectPath table, CatalogPartitionSpec part) {
        return List.of();
    }

    @Override
    public List<CatalogPartitionSpec> listPartitionsByFilter(
            ObjectPath table, List<Expression> filters) {
        return List.of();
    }

    @Override
    public CatalogPartition getPartition(ObjectPath table, CatalogPartitionSpec part)
            throws PartitionNotExistException {
        throw new PartitionNotExistException(getName(), table, part);
    }

    @Override
    public boolean partitionExists(ObjectPath table, CatalogPartitionSpec part) {
        return false;
    }

    @Override
    public void createPartition(
            ObjectPath table,
            CatalogPartitionSpec part,
            CatalogPartition definition,
            boolean ignoreIfExists) {
        throw refuse("create a partition of", table, INSTEAD_OF_PARTITION);
    }

    @Override
    public void dropPartition(
            ObjectPath table, CatalogPartitionSpec part, boolean ignoreIfNotExists) {
        throw refuse("drop a partition of", table, INSTEAD_OF_PARTITION);
    }

    @Override
    public void alterPartition(
            ObjectPath table,
            CatalogPartitionSpec part,
            CatalogPartition definition,
            boolean ignoreIfNotExists) {
        throw refuse("alter a partition of", table, INSTEAD_OF_PARTITION);
    }

    @Override
    public List<String> listFunctions(String database) {
        return List.of();
    }

    @Override
    public CatalogFunction getFunction(ObjectPath function) throws FunctionNotExistException {
        throw new FunctionNotExistException(getName(), function);
    }

    @Override
    public boolean functionExists(ObjectPath function) {
        return false;
    }

    @Override
    public void createFunction(
            ObjectPath function, CatalogFunction definition, boolean ignoreIfExists) {
        throw refuse("create function", function, INSTEAD_OF_FUNCTION);
    }

    @Override
    public void alterFunction(
            ObjectPath function, CatalogFunction definition, boolean ignoreIfNotExists) {
        throw refuse("alter function", function, INSTEAD_OF_FUNCTION);
    }

    @Override
    public void dropFunction(ObjectPath function, boolean ignoreIfNotExists) {
        if (!ignoreIfNotExists) {
            throw refuse("drop function", function, INSTEAD_OF_FUNCTION);
        }
    }

    @Override
    public List<String> listProcedures(String database) {
        return List.of();
    }

    @Override
    public Procedure getProcedure(ObjectPath procedure) throws ProcedureNotExistException {
        throw new ProcedureNotExistException(getName(), procedure);
    }

    /**
     * None: of a snapshot its source tells them, and plans of statements that go on from savepoints
     * must not depend on the sizes of tables.
     */
    @Override
    public CatalogTableStatistics getTableStatistics(ObjectPath table) {
        return CatalogTableStatistics.UNKNOWN;
    }

    @Override
    public CatalogColumnStatistics getTableColumnStatistics(ObjectPath table) {
        return CatalogColumnStatistics.UNKNOWN;
    }

    @Override
    public CatalogTableStatistics getPartitionStatistics(
            ObjectPath table, CatalogPartitionSpec part) {
        return CatalogTableStatistics.UNKNOWN;
    }

    @Override
    public CatalogColumnStatistics getPartitionColumnStatistics(
            ObjectPath table, CatalogPartitionSpec part) {
        return CatalogColumnStatistics.UNKNOWN;
    }

    @Override
    public void alterTableStatistics(
            ObjectPath table, CatalogTableStatistics statistics, boolean ignoreIfNotExists) {
        throw refuse("set statistics of", table, INSTEAD_OF_STATISTICS);
    }

    @Override
    public void alterTableColumnStatistics(
            ObjectPath table, CatalogColumnStatistics statistics, boolean ignoreIfNotExists) {
        throw refuse("set statistics of", table, INSTEAD_OF_STATISTICS);
    }

    @Override
    public void alterPartitionStatistics(
            ObjectPath table,
            CatalogPartitionSpec part,
            CatalogTableStatistics statistics,
            boolean ignoreIfNotExists) {
        throw refuse("set statistics of", table, INSTEAD_OF_STATISTICS);
    }

    @Override
    public void alterPartitionColumnStatistics(
            ObjectPath table,
            CatalogPartitionSpec part,
            CatalogColumnStatistics statistics,
            boolean ignoreIfNotExists) {
        throw refuse("set statistics of", table, INSTEAD_OF_STATISTICS);
    }
}

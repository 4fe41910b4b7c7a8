package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a Flink table, validated.
 *
 * @param tableColumn the declared column that has the name of each row's table; null without one
 * @param toast null when it isn't given
 * @param parallelism of the scan; null for that of the job
 * @param pushesFilters whether PostgreSQL is asked for the rows of a statement's filter alone
 * @param options of the source
 */
record TableSettings(
        ConnectionConfig connection,
        TableNames tables,
        String pipeline,
        @Nullable String tableColumn,
        ChangelogOption changelog,
        TruncatePolicy truncate,
        @Nullable ToastPolicy toast,
        @Nullable Integer parallelism,
        boolean pushesFilters,
        OptionValues options)
        implements Serializable {

    /** Whether the scan ends: a snapshot only. */
    boolean bounded() {
        return options.get(SourceOptions.STARTUP_MODE) instanceof StartupMode.Snapshot;
    }

    /** How a table's key is declared, with what tells several tables apart. */
    String keyClause(List<String> key) {
        String column = tableColumn == null ? "source_table" : tableColumn;
        List<String> whole = new ArrayList<>(key);
        if (tableColumn != null || tables.only() == null) {
            whole.add(0, column);
        }
        return "PRIMARY KEY ("
                + String.join(", ", whole)
                + ") NOT ENFORCED"
                + (tableColumn == null && tables.only() == null
                        ? " with a column "
                                + column
                                + " STRING and 'table-column' = '"
                                + column
                                + "'"
                        : "");
    }

    /** A table and its database, as metadata columns tell them. */
    TableIdentity identity(QualifiedName table) {
        return new TableIdentity(connection.database(), table);
    }

    /**
     * The source's configuration. A snapshot that is lost can't start over: SQL has no truncate.
     *
     * @param found the tables that are named, as they are at planning
     */
    SourceConfig source(List<QualifiedName> found) {
        return SourceConfig.of(
                connection,
                pipeline,
                tables.selecting(found, Partitioning.of(options), tableColumn != null),
                options);
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a Flink table, validated.
 *
 * @param toast null when it isn't given
 * @param parallelism of the scan; null for that of the job
 * @param options of the source
 */
record TableSettings(
        ConnectionConfig connection,
        QualifiedName table,
        String pipeline,
        ChangelogOption changelog,
        TruncatePolicy truncate,
        @Nullable ToastPolicy toast,
        @Nullable Integer parallelism,
        OptionValues options)
        implements Serializable {

    /** Whether the scan ends: a snapshot only. */
    boolean bounded() {
        return options.get(SourceOptions.STARTUP_MODE) instanceof StartupMode.Snapshot;
    }

    /** The table and its database, as metadata columns tell them. */
    TableIdentity identity() {
        return new TableIdentity(connection.database(), table);
    }

    /**
     * The source's configuration. A snapshot that is lost can't start over: SQL has no truncate.
     */
    SourceConfig source() {
        return SourceConfig.of(
                connection, pipeline, List.of(new TableSelector.Named(table)), options);
    }
}

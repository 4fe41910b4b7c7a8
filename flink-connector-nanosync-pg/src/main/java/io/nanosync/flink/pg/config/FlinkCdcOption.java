package io.nanosync.flink.pg.config;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An option of Flink CDC's connector {@code postgres-cdc}, and what there is in its place.
 *
 * @param name its name there; one that ends in {@code *} stands for all that begin so
 * @param option what is used here; null when there is no such option
 * @param note what else is to be known, or why there is none
 */
public record FlinkCdcOption(String name, @Nullable SourceOption<?> option, String note) {

    private static final List<FlinkCdcOption> ALL =
            List.of(
                    none("schema-name", "the schema stands in `table-name`: `public.orders`"),
                    of("slot.name", SourceOptions.REPLICATION_SLOT, "made when it isn't there"),
                    none("decoding.plugin.name", "the plugin is always pgoutput"),
                    of(
                            "scan.startup.mode",
                            SourceOptions.STARTUP_MODE,
                            "`latest-offset` is `latest`, `committed-offset` is `slot`"),
                    of("heartbeat.interval.ms", SourceOptions.WAL_HEARTBEAT_INTERVAL, ""),
                    none(
                            "scan.incremental.snapshot.enabled",
                            "a snapshot is always read in parts, side by side, with checkpoints"
                                    + " meanwhile"),
                    of(
                            "scan.incremental.snapshot.chunk.size",
                            SourceOptions.CTID_PARTITION_BLOCKS,
                            "parts are cut by pages of 8 kB, not by rows"),
                    of(
                            "scan.incremental.snapshot.chunk.key-column",
                            SourceOptions.PARTITION_COLUMN,
                            "not needed: a table is divided by pages, with or without a key"),
                    none(
                            "scan.incremental.snapshot.backfill.skip",
                            "there is no backfill: all rows are of one moment"),
                    none(
                            "scan.incremental.snapshot.unbounded-chunk-first.enabled",
                            "no part of a table is held in memory"),
                    none(
                            "scan.incremental.close-idle-reader.enabled",
                            "from the stream on, readers without work are idle for event time"),
                    none(
                            "scan.newly-added-table.enabled",
                            "tables that are added in the configuration are read at the next"
                                    + " start"),
                    of("scan.snapshot.fetch.size", SourceOptions.CHUNK_SIZE, ""),
                    none("chunk-meta.group.size", "the state of a table doesn't grow with it"),
                    none(
                            "chunk-key.even-distribution.factor.*",
                            "no column is asked how its values are spread"),
                    none(
                            "scan.lsn-commit.checkpoints-num-delay",
                            "the slot follows each completed checkpoint"),
                    none(
                            "scan.read-changelog-as-append-only.enabled",
                            "in Flink SQL set `changelog-mode` to `append`; metadata column `op`"
                                    + " is `row_kind`"),
                    none(
                            "scan.include-partitioned-tables.enabled",
                            "a partitioned table is named like any other"),
                    none("table-id.include-database", "metadata column `database_name` has it"),
                    none("connect.timeout", "`connect_timeout` of the connection string bounds it"),
                    of("connect.max-retries", SourceOptions.MAX_RECONNECT_ATTEMPTS, ""),
                    of(
                            "connect.pool.size",
                            SourceOptions.SNAPSHOT_WORKERS,
                            "there is no pool: each has a connection of its own"),
                    of("debezium.slot.name", SourceOptions.REPLICATION_SLOT, ""),
                    of("debezium.publication.name", SourceOptions.PUBLICATION, ""),
                    of(
                            "debezium.snapshot.mode",
                            SourceOptions.STARTUP_MODE,
                            "`never` is `latest` or `slot`, `initial_only` is `snapshot`"),
                    none(
                            "debezium.snapshot.select.statement.overrides*",
                            "a row filter of the publication holds for the snapshot too, from"
                                    + " PostgreSQL 15 on"),
                    none("debezium.*", "there is no Debezium behind this connector"));

    private static FlinkCdcOption of(String name, SourceOption<?> option, String note) {
        return new FlinkCdcOption(name, option, note);
    }

    private static FlinkCdcOption none(String name, String note) {
        return new FlinkCdcOption(name, null, note);
    }

    /** All of them. */
    public static List<FlinkCdcOption> all() {
        return ALL;
    }

    /** The one of this name; empty for any other name. */
    static Optional<FlinkCdcOption> named(String name) {
        return ALL.stream().filter(option -> option.isNamed(name)).findFirst();
    }

    private boolean isNamed(String other) {
        return name.endsWith("*")
                ? other.startsWith(name.substring(0, name.length() - 1))
                : other.equals(name);
    }

    /** Says of one whose name was written here what to do instead. */
    Problem problem(String written, NameStyle style) {
        String plain = note.replace("`", "");
        return Problem.of(
                written,
                "is an option of Flink CDC; "
                        + (option == null ? "leave it out" : "use " + style.of(option))
                        + (plain.isEmpty() ? "" : " (" + plain + ")"));
    }
}

package io.nanosync.flink.jobs.pipeline;

import java.util.List;

/**
 * Every key of a pipelines file, level by level: what the reader accepts and the reference lists.
 */
final class FileKeys {

    static final FileKey STATE_DIR =
            FileKey.optional(
                    "state_dir",
                    "`nanosync-state` beside the file",
                    "Folder for checkpoints, savepoints, intents and logs:"
                        + " `<state_dir>/<pipeline>/`. A path, or a URI of any Flink file system."
                        + " On a cluster it must be given and be reachable from every process.");
    static final FileKey METRICS_PORT =
            FileKey.optional(
                    "metrics_port",
                    "none",
                    "Local runs: serve Prometheus text on `http://127.0.0.1:<port>/metrics`.");
    static final FileKey CONNECTIONS =
            FileKey.required("connections", "Databases that pipelines refer to by name.");
    static final FileKey PIPELINES = FileKey.required("pipelines", "What to run.");

    static final FileKey CONNECTION_NAME =
            FileKey.required("name", "What pipelines refer to it by.");
    static final FileKey CONNECTION_TYPE = FileKey.required("type", "Always `postgres`.");
    static final FileKey CONNECTION_DSN = FileKey.required("dsn", "Connection string, see below.");

    static final FileKey PIPELINE_NAME =
            FileKey.required(
                    "name",
                    "Unique in the file. Slot, publication and state folder are named after it."
                            + " Letters, digits, `_`, `-` and `.`.");
    static final FileKey SOURCE = FileKey.required("source", "What to capture.");
    static final FileKey SINK = FileKey.required("sink", "Where it goes.");
    static final FileKey CHECKPOINT_INTERVAL =
            FileKey.optional(
                    "checkpoint_interval",
                    "10s",
                    "Pause between checkpoints. Sinks commit, and the slot moves, with each.");
    static final FileKey CHECKPOINT_TIMEOUT =
            FileKey.optional(
                    "checkpoint_timeout",
                    "30m, or 1h with `batch_boundary_signaling`",
                    "How long a checkpoint may take. With `batch_boundary_signaling` none begins"
                            + " within a transaction, so it has to be longer than the sink takes"
                            + " for the largest one. On a cluster the default is its own, if that"
                            + " is set there.");
    static final FileKey PARALLELISM =
            FileKey.optional(
                    "parallelism",
                    "1",
                    "Flink subtasks of source and sink. On a cluster the default is that of the"
                            + " submission.");

    static final FileKey SOURCE_CONNECTION =
            FileKey.required("connection", "The name of a connection of this file.");
    static final FileKey TABLES =
            FileKey.required(
                    "tables",
                    "Tables as `schema.table`, quoted as in SQL where needed; `schema.*` takes"
                            + " every table of a schema, and `\"!schema.table\"` or"
                            + " `\"!schema.*\"` leaves out of that (quote it: YAML reads a bare"
                            + " `!` as a tag). A table whose snapshot is divided otherwise than"
                            + " `properties` say is an entry of keys, see below.");
    static final FileKey PROPERTIES =
            FileKey.optional("properties", "none", "Properties of the source, see below.");

    static final FileKey TABLE_NAME = FileKey.required("name", "The table as `schema.table`.");
    static final FileKey TABLE_PARTITION_STRATEGY =
            FileKey.required(
                    "partition_strategy",
                    "How its snapshot is divided, as the property of that name does for all.");
    static final FileKey TABLE_PARTITION_COLUMN =
            FileKey.optional(
                    "partition_column",
                    "none",
                    "Its column for `ntile` and `minmax`; required with these.");

    static final FileKey SINK_TYPE =
            FileKey.required(
                    "type",
                    "`print`: readable lines on standard output. `blackhole`: nothing. `arrow`:"
                            + " Arrow IPC files per table, committed with each checkpoint."
                            + " `parquet`, `postgres` and `table` are names of later versions.");
    static final FileKey ARROW_PATH =
            FileKey.required(
                    "path",
                    "`arrow` only: the folder for the files. A path, or a URI of any Flink file"
                            + " system. Each table has a folder `schema.table` in it; characters"
                            + " other than ASCII letters, digits, `_` and `-` are percent-encoded"
                            + " there.");

    static final List<FileKey> FILE = List.of(STATE_DIR, METRICS_PORT, CONNECTIONS, PIPELINES);
    static final List<FileKey> CONNECTION =
            List.of(CONNECTION_NAME, CONNECTION_TYPE, CONNECTION_DSN);
    static final List<FileKey> PIPELINE =
            List.of(
                    PIPELINE_NAME,
                    SOURCE,
                    SINK,
                    CHECKPOINT_INTERVAL,
                    CHECKPOINT_TIMEOUT,
                    PARALLELISM);
    static final List<FileKey> PIPELINE_SOURCE = List.of(SOURCE_CONNECTION, TABLES, PROPERTIES);
    static final List<FileKey> TABLE =
            List.of(TABLE_NAME, TABLE_PARTITION_STRATEGY, TABLE_PARTITION_COLUMN);
    static final List<FileKey> SINK_WITHOUT_OPTIONS = List.of(SINK_TYPE);
    static final List<FileKey> SINK_ARROW = List.of(SINK_TYPE, ARROW_PATH);

    private FileKeys() {}
}

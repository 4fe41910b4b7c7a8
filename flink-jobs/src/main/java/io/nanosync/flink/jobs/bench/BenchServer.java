package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.jobs.local.EmbeddedServer;
import io.nanosync.flink.jobs.local.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The embedded server that is measured, and what a report says of any server. */
final class BenchServer {

    /** Enough memory for the tables, no vacuum and no checkpoint in the middle of a run. */
    private static final Map<String, String> THROUGHPUT =
            Map.of(
                    "shared_buffers", "1GB",
                    "max_wal_size", "16GB",
                    "checkpoint_timeout", "1h",
                    "autovacuum", "off");

    private static final List<String> TOLD =
            List.of(
                    "shared_buffers",
                    "max_wal_size",
                    "checkpoint_timeout",
                    "autovacuum",
                    "fsync",
                    "synchronous_commit",
                    "logical_decoding_work_mem");

    private BenchServer() {}

    /** A server for rows and changes a second. */
    static EmbeddedServer forThroughput(PrintWriter progress) throws IOException {
        return start(THROUGHPUT, progress);
    }

    /**
     * A server for the time from commit to sink. Only flushed WAL is sent, and the embedded
     * server's commits don't wait for that by themselves: the WAL writer does it every 200 ms,
     * which would be all that is measured.
     */
    static EmbeddedServer forLatency(PrintWriter progress) throws IOException {
        Map<String, String> settings = new HashMap<>(THROUGHPUT);
        settings.put("synchronous_commit", "on");
        return start(settings, progress);
    }

    private static EmbeddedServer start(Map<String, String> settings, PrintWriter progress)
            throws IOException {
        progress.println("starting PostgreSQL");
        progress.flush();
        return EmbeddedServer.start(Folders.temporary("bench-postgres"), settings);
    }

    /** Version and settings of the server, and processors of this machine. */
    static Map<String, String> settings(Database database) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("PostgreSQL", database.query("SHOW server_version"));
        for (String name : TOLD) {
            settings.put(name, database.query("SHOW " + name));
        }
        settings.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return settings;
    }
}

package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to read tables again, of whoever operates a pipeline: files in its state directory, one
 * each, which stay until a checkpoint has what became of them. Which were taken up is in the
 * pipeline's state, by their ids.
 */
public final class ResnapshotRequests {

    private static final Logger LOG = LoggerFactory.getLogger(ResnapshotRequests.class);

    private static final String SUFFIX = ".properties";

    private final @Nullable Path folder;

    /** The requests of a pipeline; one that can't read single tables again has none. */
    public ResnapshotRequests(SourceConfig config) {
        folder = config.readsTablesAgain() ? new Path(config.stateDir(), "resnapshot") : null;
    }

    /** A request. */
    record Request(String id, List<QualifiedName> tables) {}

    /** The tables of several requests, each once. */
    static List<QualifiedName> tables(List<Request> requests) {
        Set<QualifiedName> tables = new LinkedHashSet<>();
        requests.forEach(request -> tables.addAll(request.tables()));
        return List.copyOf(tables);
    }

    static List<String> ids(List<Request> requests) {
        return requests.stream().map(Request::id).toList();
    }

    /** Asks for tables to be read again. */
    public void add(List<QualifiedName> tables) throws IOException {
        if (folder == null) {
            throw new IllegalStateException("There is no state directory to leave a request in");
        }
        Properties request = new Properties();
        for (int i = 0; i < tables.size(); i++) {
            request.setProperty("schema." + i, tables.get(i).schema());
            request.setProperty("table." + i, tables.get(i).name());
        }
        Path file = new Path(folder, UUID.randomUUID() + SUFFIX);
        StateFile.publish(file, request, "Tables to read again");
    }

    /** Those that aren't known yet. */
    List<Request> unknown(Collection<String> known) throws IOException, PgException {
        List<Request> requests = new ArrayList<>();
        if (folder == null || !folder.getFileSystem().exists(folder)) {
            return requests;
        }
        for (FileStatus file : folder.getFileSystem().listStatus(folder)) {
            String name = file.getPath().getName();
            String id = name.substring(0, Math.max(0, name.length() - SUFFIX.length()));
            if (name.endsWith(SUFFIX) && !known.contains(id)) {
                requests.add(new Request(id, read(file.getPath())));
            }
        }
        return requests;
    }

    private static List<QualifiedName> read(Path file) throws IOException, PgException {
        Properties request;
        try {
            request = StateFile.read(file);
        } catch (IllegalArgumentException malformed) {
            throw notARequest(file);
        }
        List<QualifiedName> tables = new ArrayList<>();
        while (true) {
            String schema = request.getProperty("schema." + tables.size());
            String table = request.getProperty("table." + tables.size());
            if (schema == null || table == null) {
                break;
            }
            tables.add(new QualifiedName(schema, table));
        }
        if (tables.isEmpty()) {
            throw notARequest(file);
        }
        return tables;
    }

    private static PgException notARequest(Path file) {
        return PgException.needsPerson(
                "File "
                        + file
                        + " names no table to read again. Delete it, and use nanosync resnapshot");
    }

    /** Removes those that are done; gives those that can't be removed. */
    List<String> remove(Collection<String> ids) {
        return folder == null
                ? List.of()
                : ids.stream().filter(id -> !isRemoved(new Path(folder, id + SUFFIX))).toList();
    }

    private static boolean isRemoved(Path file) {
        String why;
        try {
            FileSystem files = file.getFileSystem();
            if (!files.exists(file) || files.delete(file, false) || !files.exists(file)) {
                return true;
            }
            why = "it is still there";
        } catch (IOException e) {
            why = e.toString();
        }
        LOG.warn("Can't remove {}, a request that is done: {}", file, why);
        return false;
    }
}

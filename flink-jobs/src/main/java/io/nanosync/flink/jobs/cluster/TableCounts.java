package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What a job has done with a table since its processes were started.
 *
 * @param table its name; with an underscore for each dot where its cluster shows it so
 * @param rows of the snapshot
 * @param splitsRead splits that were read, before a restart of the job too
 * @param splits in which the snapshot is read; 0 when it isn't being read
 * @param changes of the stream
 */
public record TableCounts(String table, long rows, long splitsRead, long splits, long changes) {

    /** The same of a table whose name is known. */
    public TableCounts named(String name) {
        return new TableCounts(name, rows, splitsRead, splits, changes);
    }

    /** Whether its snapshot is being read. */
    public boolean isBeingRead() {
        return splitsRead < splits;
    }

    /** For people, without the name. */
    public String text() {
        String read = String.format(Locale.ROOT, "%,13d rows read", rows);
        return splits > 0
                ? read + String.format(Locale.ROOT, ", %d/%d splits", splitsRead, splits)
                : read + String.format(Locale.ROOT, ", %,d changes", changes);
    }

    /** For scripts. */
    public void writeTo(ObjectNode json) {
        json.put("table", table).put("rows", rows).put("changes", changes);
        if (splits > 0) {
            json.put("splits", splits).put("splitsRead", splitsRead);
        }
    }
}

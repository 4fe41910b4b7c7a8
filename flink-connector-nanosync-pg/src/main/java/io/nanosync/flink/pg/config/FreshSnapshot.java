package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a pipeline is begun anew, in words for the end of an error message. */
public final class FreshSnapshot {

    private static final Pattern PLAIN_WORD = Pattern.compile("[a-z0-9_.]+");

    private static final String EMPTY_SINK = ", with an empty sink, since it gets every row again";

    private FreshSnapshot() {}

    /**
     * The remedy for a pipeline whose state and slot no longer belong together: a sentence without
     * its full stop, with the command, or with the SQL where there is no state directory.
     */
    public static String remedy(SourceConfig config) {
        return config.stateDir() == null
                ? byHand(config)
                : "For a fresh snapshot stop the job, run: nanosync delete pipeline "
                        + config.pipeline()
                        + "; then start it again"
                        + EMPTY_SINK;
    }

    /** The same without the command, for a slot of which nobody knows who made it. */
    public static String byHand(SourceConfig config) {
        String slot = config.startup() instanceof StartupMode.Snapshot ? null : config.slot();
        String folder = config.stateDir();
        return folder == null
                ? remedy(slot, "start it again without a checkpoint or savepoint")
                : remedy(slot, "delete the folder " + local(folder) + " and start it again");
    }

    /**
     * The remedy where nothing but single tables can't be followed any more: sentences with a space
     * behind them; empty where a pipeline can't read a table again.
     */
    public static String ofTables(SourceConfig config, Collection<QualifiedName> tables) {
        return !config.readsTablesAgain()
                ? ""
                : "To read "
                        + (tables.size() == 1 ? "the table" : "these tables")
                        + " again while the others go on where they are, run: "
                        + resnapshot(config, tables)
                        + "; then start the pipeline again. ";
    }

    /** The command that has a running pipeline read a table again; empty where it can't. */
    public static String readAgain(SourceConfig config, QualifiedName table) {
        return config.readsTablesAgain() ? resnapshot(config, List.of(table)) : "";
    }

    private static String resnapshot(SourceConfig config, Collection<QualifiedName> tables) {
        return "nanosync resnapshot pipeline "
                + config.pipeline()
                + tables.stream()
                        .sorted()
                        .distinct()
                        .map(table -> " --table " + shellWord(table.toString()))
                        .collect(Collectors.joining());
    }

    private static String shellWord(String text) {
        return PLAIN_WORD.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** {@link #remedy(SourceConfig)} where nothing but the slot is known. */
    public static String remedy(String slot) {
        return remedy(
                slot,
                "delete its folder under state_dir (SQL and DataStream jobs: take no checkpoint or"
                        + " savepoint) and start it again");
    }

    private static String remedy(@Nullable String slot, String start) {
        return "For a fresh snapshot stop the job, "
                + (slot == null ? "" : "run: " + dropSlot(slot) + "; then ")
                + start
                + EMPTY_SINK;
    }

    /**
     * Says that a snapshot was lost of which rows were emitted that can't be taken back, and what
     * to do.
     *
     * @param reason why it was lost
     */
    public static String rowsStay(SourceConfig config, String reason) {
        return "The snapshot of pipeline "
                + config.pipeline()
                + " was lost ("
                + reason
                + ") after rows of it had been emitted, and a SQL changelog has no way to take"
                + " them back. "
                + remedy(config);
    }

    /**
     * The same of tables that were being added to a pipeline: a state of before has no row of them.
     *
     * @param added names of the tables
     * @param reason why it can't be read any more
     */
    public static String rowsOfAddedStay(
            SourceConfig config, Collection<QualifiedName> added, String reason) {
        return "The snapshot of tables "
                + added
                + ", which were being added to pipeline "
                + config.pipeline()
                + ", can't be read any more ("
                + reason
                + ") after rows of it had been emitted, and a SQL changelog has no way to take"
                + " them back. Start the job from the savepoint or checkpoint from which they were"
                + " added, with no rows of them in the sink, since they come again. Without it,"
                + " all has to be read anew. "
                + remedy(config);
    }

    /** SQL that drops a slot, whether it is still there or not. */
    public static String dropSlot(String slot) {
        return "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE"
                + " slot_name = '"
                + slot.replace("'", "''")
                + "'";
    }

    /** A folder of this machine as a path, which a shell understands; any other as it is. */
    private static String local(String folder) {
        return folder.replaceFirst("^file:(//)?(?=/)", "");
    }
}

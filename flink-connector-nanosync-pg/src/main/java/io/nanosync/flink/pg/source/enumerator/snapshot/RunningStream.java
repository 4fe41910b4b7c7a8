package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the enumerator knows of a stream that has begun: how far it is only its reader knows.
 *
 * @param waiting the stream split when it came back and isn't assigned; null when a reader holds it
 * @param tables the captured tables, with all extensions
 * @param epoch of the newest snapshot of the pipeline; 0 for none
 * @param extension number of the newest extension; 0 for none
 * @param granted extensions that the reader may not have yet, oldest first: no checkpoint has
 *     completed since all readers were sent them
 * @param requests ids of the requests to read tables again that these, or a snapshot in front of
 *     them, answer: they may be asked for still
 */
public record RunningStream(
        @Nullable StreamSplit waiting,
        List<Table> tables,
        int epoch,
        int extension,
        List<StreamExtension> granted,
        List<String> requests) {

    /**
     * A captured table.
     *
     * @param name as it was when the pipeline began to capture it; null in state that was written
     *     before it said so
     */
    public record Table(int oid, @Nullable QualifiedName name) {

        /** Its name as far as it is known, and its OID. */
        public String described() {
            String unsigned = "OID " + Integer.toUnsignedString(oid);
            return name == null ? unsigned : name + " (" + unsigned + ")";
        }

        static Table of(TableSchema schema) {
            return new Table(schema.oid(), schema.name());
        }
    }

    /**
     * A stream that begins.
     *
     * @param epoch of the snapshot in front of it; 0 for none
     */
    public static RunningStream of(StreamSplit stream, int epoch) {
        return new RunningStream(
                stream,
                stream.tables().stream().map(Table::of).toList(),
                epoch,
                stream.extension(),
                List.of(),
                List.of());
    }

    /** The same with the names of tables that had none, by their OIDs. */
    public RunningStream named(List<TableSchema> schemas) {
        Map<Integer, Table> known = new LinkedHashMap<>();
        schemas.forEach(schema -> known.put(schema.oid(), Table.of(schema)));
        List<Table> named =
                tables.stream()
                        .map(
                                table ->
                                        table.name() == null
                                                ? known.getOrDefault(table.oid(), table)
                                                : table)
                        .toList();
        return new RunningStream(waiting, named, epoch, extension, granted, requests);
    }

    /** OIDs of the captured tables. */
    public List<Integer> oids() {
        return tables.stream().map(Table::oid).toList();
    }

    /** The same with this split to hand out; null when a reader holds it. */
    public RunningStream with(@Nullable StreamSplit newWaiting) {
        return new RunningStream(
                newWaiting == null ? null : newWaiting.extended(granted),
                tables,
                epoch,
                extension,
                granted,
                requests);
    }

    /** This stream with one extension more. */
    public RunningStream extended(StreamExtension next) {
        Map<Integer, Table> captured = new LinkedHashMap<>();
        tables.forEach(table -> captured.put(table.oid(), table));
        next.removed().forEach(captured::remove);
        next.added().forEach(table -> captured.put(table.oid(), Table.of(table)));
        List<StreamExtension> all = new ArrayList<>(granted);
        all.add(next);
        return new RunningStream(
                        null,
                        List.copyOf(captured.values()),
                        epoch,
                        next.number(),
                        List.copyOf(all),
                        requests)
                .with(waiting);
    }

    /** The same behind another snapshot. */
    public RunningStream behind(int newEpoch) {
        return new RunningStream(waiting, tables, newEpoch, extension, granted, requests);
    }

    /** The same that answers these requests too. */
    public RunningStream answering(List<String> more) {
        List<String> all = new ArrayList<>(requests);
        all.addAll(more);
        return new RunningStream(waiting, tables, epoch, extension, granted, List.copyOf(all));
    }

    /**
     * The reader has all extensions for good.
     *
     * @param left requests that can't be taken away
     */
    public RunningStream settled(List<String> left) {
        return new RunningStream(waiting, tables, epoch, extension, List.of(), left);
    }

    /** OIDs of tables that extensions remove which aren't settled, and that none adds again. */
    public List<Integer> removed() {
        Set<Integer> removed = new LinkedHashSet<>();
        granted.forEach(next -> removed.addAll(next.removed()));
        oids().forEach(removed::remove);
        return List.copyOf(removed);
    }
}

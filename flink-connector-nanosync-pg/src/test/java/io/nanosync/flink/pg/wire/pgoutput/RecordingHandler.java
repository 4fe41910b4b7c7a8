package io.nanosync.flink.pg.wire.pgoutput;

import io.nanosync.flink.pg.wire.TupleSlice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told: control messages as they are, rows as text. */
final class RecordingHandler implements PgOutputHandler {

    final List<Object> calls = new ArrayList<>();

    @Override
    public void begin(Begin begin) {
        calls.add(begin);
    }

    @Override
    public void commit(Commit commit) {
        calls.add(commit);
    }

    @Override
    public void origin(String name) {
        calls.add("origin " + name);
    }

    @Override
    public void relation(RelationMessage relation) {
        calls.add(relation);
    }

    @Override
    public void insert(int relationOid, TupleSlice newTuple) {
        calls.add("insert " + relationOid + " " + describe(newTuple));
    }

    @Override
    public void update(
            int relationOid, char oldKind, @Nullable TupleSlice oldTuple, TupleSlice newTuple) {
        String old = oldTuple == null ? "none" : oldKind + describe(oldTuple).toString();
        calls.add("update " + relationOid + " " + old + " " + describe(newTuple));
    }

    @Override
    public void delete(int relationOid, char oldKind, TupleSlice oldTuple) {
        calls.add("delete " + relationOid + " " + oldKind + "" + describe(oldTuple));
    }

    @Override
    public void truncate(Truncate truncate) {
        calls.add(truncate);
    }

    @Override
    public void message(LogicalMessage message) {
        calls.add(message);
    }

    /** For example {@code [t:abc, b:abc, n, u]}. */
    static List<String> describe(TupleSlice tuple) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < tuple.count(); i++) {
            byte kind = tuple.kind(i);
            if (kind == TupleSlice.NULL || kind == TupleSlice.UNCHANGED) {
                columns.add(Character.toString(kind));
            } else {
                byte[] value = new byte[tuple.length(i)];
                tuple.buffer().get(tuple.offset(i), value);
                columns.add((char) kind + ":" + new String(value, StandardCharsets.UTF_8));
            }
        }
        return columns;
    }
}

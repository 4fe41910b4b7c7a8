package io.nanosync.flink.jobs.history.load;

import java.util.List;
import java.util.Locale;

/** The columns of a table of the {@link LoadTables}, as far as some of them may be published. */
enum Shape {
    PLAIN(false, List.of("id"), List.of("note", "amount", "seen")),
    KEYLESS(true, List.of(), List.of("n", "note")),
    PARTED(false, List.of("id", "region"), List.of("note"), "parted_a", "parted_b"),
    TOASTED(false, List.of("id"), List.of("small", "big")),
    WHOLE(true, List.of("id"), List.of("small", "big")),
    DIVIDED(true, List.of("id", "region"), List.of("note")),
    EMPTIED_NOW(false, List.of("id"), List.of("note"));

    private final boolean isFull;
    private final List<String> key;
    private final List<String> others;
    private final List<String> leaves;

    Shape(boolean isFull, List<String> key, List<String> others, String... leaves) {
        this.isFull = isFull;
        this.key = key;
        this.others = others;
        this.leaves = List.of(leaves);
    }

    static Shape of(String table) {
        return valueOf(table.replace(' ', '_').toUpperCase(Locale.ROOT));
    }

    /** Whether the replica identity is the whole row. */
    boolean isFull() {
        return isFull;
    }

    /** The key, which else is the replica identity. */
    List<String> key() {
        return key;
    }

    /** The other columns, without that of a {@link Spread}. */
    List<String> others() {
        return others;
    }

    /** Partitions whose replica identity has to be altered with that of the table. */
    List<String> leaves() {
        return leaves;
    }
}

package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known beside the stream of tables that it names: from the capture contract, and for
 * messages from the server.
 */
interface StreamCatalog {

    /**
     * The captured table that this one is a partition of, where its changes were to come under that
     * one's name; null when none is known.
     */
    @Nullable Integer rootOf(int partition);

    /**
     * Whether the server looks up anew what is published when a partition was attached or detached:
     * not before 15.
     */
    boolean isByThen();

    /** OIDs of the captured tables that are partitions, however far below, of this one. */
    List<Integer> below(int ancestor);

    /** How to read a table again: sentences with a space behind them; empty where it can't be. */
    String tableAgain(QualifiedName table);

    /** How to get a fresh snapshot: a sentence without its stop. */
    String freshStart();
}

package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline is going to need of a server.
 *
 * @param tables the tables, as configured, wildcards resolved
 * @param slot its slot; null for a bounded snapshot, which needs none
 * @param createsSlot whether the slot is going to be created (a free one is needed)
 * @param publication its publication; null without a stream
 * @param connections how many connections it opens at most
 * @param failoverSlot whether the slot is to be synchronized to standbys
 * @param selectors what the tables were chosen by, which tells what was left out on purpose
 * @param partitionings the tables whose snapshot is taken, and how they are divided; empty when
 *     none is
 * @param resumed what goes on; null for a pipeline that begins
 */
public record PreflightRequest(
        List<QualifiedName> tables,
        @Nullable String slot,
        boolean createsSlot,
        @Nullable String publication,
        int connections,
        boolean failoverSlot,
        List<TableSelector> selectors,
        Map<QualifiedName, Partitioning> partitionings,
        @Nullable Resumed resumed) {

    /**
     * A pipeline whose stream has begun. Tables that its publication doesn't cover are added to
     * that, where its role may.
     *
     * @param added tables of which it is known that they are added now
     */
    public record Resumed(List<QualifiedName> added) {}

    /** Leaves nothing out, takes no snapshot. */
    public PreflightRequest(
            List<QualifiedName> tables,
            @Nullable String slot,
            boolean createsSlot,
            @Nullable String publication,
            int connections,
            boolean failoverSlot) {
        this(
                tables,
                slot,
                createsSlot,
                publication,
                connections,
                failoverSlot,
                List.of(),
                Map.of(),
                null);
    }

    /** Whether a snapshot is taken. */
    public boolean takesSnapshot() {
        return !partitionings.isEmpty();
    }
}

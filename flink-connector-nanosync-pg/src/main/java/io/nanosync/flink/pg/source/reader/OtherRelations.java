package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.IdentityKey;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Relations of the stream that aren't captured tables: tables that are of no interest, partitions
 * of captured ones, which are described right behind their root, and those by which changes would
 * go missing. Of one connection.
 */
final class OtherRelations {

    private final StreamCatalog catalog;
    private final Map<QualifiedName, Integer> captured = new HashMap<>();
    private final Set<Integer> known = new HashSet<>();
    private @Nullable RelationMessage stranger;

    OtherRelations(StreamCatalog catalog, Collection<CapturedTable> tables) {
        this.catalog = catalog;
        tables.forEach(table -> captured.put(table.schema().name(), table.schema().oid()));
    }

    /** The connection is gone; OIDs may come to stand for other tables. */
    void forget() {
        known.clear();
        stranger = null;
    }

    /**
     * Takes the description of a relation that isn't captured.
     *
     * @param before the captured table whose description came right before; null for none
     * @throws PipelineFailedException when changes of a captured table would go missing
     */
    void describe(RelationMessage relation, @Nullable CapturedTable before, Lsn lsn) {
        Integer namesake = captured.get(relation.name());
        if (namesake != null) {
            throw failed(
                    "A change near LSN "
                            + lsn
                            + " is of table "
                            + relation.name()
                            + " with OID "
                            + Integer.toUnsignedString(relation.oid())
                            + ", and that name is captured under OID "
                            + Integer.toUnsignedString(namesake)
                            + ": the table was dropped and made again, or another one has its name"
                            + " now");
        }
        if (before != null
                && catalog.isPartitioned(before.schema().oid())
                && !known.contains(relation.oid())) {
            before.partition(relation.oid(), relation.name(), key(relation));
            return;
        }
        Integer root = catalog.rootOf(relation.oid());
        if (root != null) {
            refusePartition(relation, root, lsn);
        }
        if (known.add(relation.oid())) {
            stranger = relation;
        }
    }

    private static IdentityKey key(RelationMessage relation) {
        return IdentityKey.of(
                relation.identity(),
                relation.columns().stream()
                        .filter(RelationColumn::identity)
                        .map(RelationColumn::name)
                        .toList());
    }

    /** The relation that came last and isn't known yet: look up whose it is. Gives it once. */
    @Nullable RelationMessage takeStranger() {
        RelationMessage taken = stranger;
        stranger = null;
        return taken;
    }

    /** Its changes come under its own name, where those of its root were expected. */
    void refusePartition(RelationMessage relation, int root, Lsn lsn) {
        throw failed(
                "A change near LSN "
                        + lsn
                        + " is of partition "
                        + relation.name()
                        + " of the captured table with OID "
                        + Integer.toUnsignedString(root)
                        + ", under its own name: publish_via_partition_root is off, or was off"
                        + " then");
    }

    private PipelineFailedException failed(String what) {
        return new PipelineFailedException(
                what + ". Changes may be missing. " + catalog.freshStart());
    }
}

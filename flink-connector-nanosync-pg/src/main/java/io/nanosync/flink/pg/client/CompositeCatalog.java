package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.CompositeType;
import java.util.List;

/** Who can be asked what composite types are made of. */
public interface CompositeCatalog {

    /**
     * Composite types as they are now. Asked outside of any transaction.
     *
     * @param oids of types, unsigned; those that aren't composite types aren't in the answer
     */
    CompositeReading composites(List<Integer> oids) throws PgException;

    /**
     * Composite types at a moment.
     *
     * @param types in the order of their OIDs
     * @param settled whether nobody is altering them: a commit is sent to the stream before others
     *     see it
     */
    record CompositeReading(List<CompositeType> types, boolean settled) {

        public CompositeReading {
            types = List.copyOf(types);
        }
    }
}

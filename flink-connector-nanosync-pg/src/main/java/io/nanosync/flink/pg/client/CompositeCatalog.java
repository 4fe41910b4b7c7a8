package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.CompositeType;
import java.util.List;

/** Who can be asked what composite types are made of. */
public interface CompositeCatalog {

    /**
     * Composite types as others see them now, in the order of their OIDs. Asked outside of any
     * transaction.
     *
     * @param oids of types, unsigned; those that aren't composite types aren't in the answer
     */
    List<CompositeType> composites(List<Integer> oids) throws PgException;
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PipelineFailedException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;

/** The tables of a pipeline; complete when all of a statement is translated. */
final class PipelineTables implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Set<QualifiedName> names = new HashSet<>();

    void add(QualifiedName table) {
        names.add(table);
    }

    /** Whether it has one table alone. */
    boolean isOne() {
        return names.size() == 1;
    }

    /**
     * Takes a batch for one of theirs.
     *
     * @throws PipelineFailedException when it isn't
     */
    void require(QualifiedName batch) {
        if (!names.contains(batch)) {
            throw new PipelineFailedException(
                    "A batch of " + batch + " came, which is none of " + names);
        }
    }
}

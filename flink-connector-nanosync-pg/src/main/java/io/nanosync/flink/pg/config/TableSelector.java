package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;

/** Which tables a pipeline captures: one entry of {@code tables}. */
public sealed interface TableSelector extends Serializable {

    /** One table. */
    record Named(QualifiedName table) implements TableSelector {
        @Override
        public String toString() {
            return table.toString();
        }
    }

    /** Every table of a schema: {@code sales.*}. */
    record WholeSchema(String schema) implements TableSelector {
        @Override
        public String toString() {
            return schema + ".*";
        }
    }
}

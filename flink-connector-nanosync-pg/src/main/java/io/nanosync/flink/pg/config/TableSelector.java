package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tables a pipeline captures: one entry of {@code tables}. */
public sealed interface TableSelector extends Serializable {

    /** Whether it is about a table. */
    boolean matches(QualifiedName table);

    /** Whether several of them together stand for a table of this name. */
    static boolean anyCovers(List<TableSelector> selectors, QualifiedName table) {
        List<TableSelector> about =
                selectors.stream().filter(selector -> selector.matches(table)).toList();
        return !about.isEmpty() && about.stream().noneMatch(Excluded.class::isInstance);
    }

    /**
     * One table.
     *
     * @param partitioning how its snapshot is divided; null for as the pipeline says
     */
    record Named(QualifiedName table, @Nullable Partitioning partitioning)
            implements TableSelector {

        /** A table that is divided as the pipeline says. */
        public Named(QualifiedName table) {
            this(table, null);
        }

        @Override
        public boolean matches(QualifiedName other) {
            return table.equals(other);
        }

        @Override
        public String toString() {
            return table.toString();
        }
    }

    /**
     * What is left out of all that the other entries stand for: {@code !sales.audit}, {@code
     * !sales.*}.
     */
    record Excluded(TableSelector what) implements TableSelector {

        /** The schema that it is about. */
        public String schema() {
            return what instanceof Named named
                    ? named.table().schema()
                    : ((WholeSchema) what).schema();
        }

        @Override
        public boolean matches(QualifiedName table) {
            return what.matches(table);
        }

        @Override
        public String toString() {
            return "!" + what;
        }
    }

    /** Every table of a schema: {@code sales.*}. */
    record WholeSchema(String schema) implements TableSelector {
        @Override
        public boolean matches(QualifiedName table) {
            return schema.equals(table.schema());
        }

        @Override
        public String toString() {
            return schema + ".*";
        }
    }
}

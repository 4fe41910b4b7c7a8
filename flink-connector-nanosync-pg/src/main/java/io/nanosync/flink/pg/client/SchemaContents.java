package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schema holds, for someone who wants to capture all of it.
 *
 * @param tables ordinary and partitioned tables, by name
 * @param leftOut what looks like a table and can't be captured, or isn't meant to be, by name
 * @param partitions those of tables of the same schema, with which they come, by name
 */
public record SchemaContents(List<Table> tables, List<LeftOut> leftOut, List<LeftOut> partitions) {

    /** The names of the tables. */
    public List<QualifiedName> names() {
        return tables.stream().map(Table::name).toList();
    }

    /**
     * A table.
     *
     * @param inherits whether it is the child of a table by inheritance
     */
    public record Table(QualifiedName name, boolean inherits) {}

    /**
     * Something that a wildcard leaves out.
     *
     * @param why what it is, to stand in brackets behind the name
     * @param root the partitioned table that it is a partition of; null for all else
     */
    public record LeftOut(QualifiedName name, String why, @Nullable QualifiedName root) {

        @Override
        public String toString() {
            return name + " (" + why + ")";
        }
    }
}

package io.nanosync.flink.pg.relation.contract;

import java.io.Serializable;

/**
 * A row of {@code pg_publication}.
 *
 * @param oid its OID, unsigned: another one under the same name is another publication
 * @param xmin the transaction that wrote this version of the row, unsigned
 * @param owner OID of the owning role
 * @param allTables whether it is {@code FOR ALL TABLES}
 * @param viaRoot {@code publish_via_partition_root}
 * @param generatedColumns {@code pubgencols} (from 18), {@code n} before: none
 */
public record PublicationTerms(
        int oid,
        int xmin,
        int owner,
        boolean allTables,
        boolean insert,
        boolean update,
        boolean delete,
        boolean truncate,
        boolean viaRoot,
        char generatedColumns)
        implements Serializable {

    /** Whether it publishes changes that describe an old row. */
    public boolean publishesOldRows() {
        return update || delete;
    }

    /** The operations, as {@code publish} lists them. */
    public String operations() {
        StringBuilder list = new StringBuilder();
        add(list, insert, "insert");
        add(list, update, "update");
        add(list, delete, "delete");
        add(list, truncate, "truncate");
        return list.toString();
    }

    private static void add(StringBuilder list, boolean published, String operation) {
        if (published) {
            list.append(list.isEmpty() ? "" : ", ").append(operation);
        }
    }
}

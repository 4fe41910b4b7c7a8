package io.nanosync.flink.pg.relation.contract;

import java.io.Serializable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What decides which changes of the captured tables a slot delivers, and how they are described:
 * the catalog at each change. So these rows of it are part of the position: fixed with the slot's
 * start, kept in state, and compared with the catalog as long as the pipeline runs. The columns
 * stand in the tables' schemas.
 *
 * @param publication the publication
 * @param tables one for each captured table, in the order of their OIDs: which one is read first is
 *     nothing that changes go by
 */
public record CaptureContract(PublicationTerms publication, List<TableTerms> tables)
        implements Serializable {

    public CaptureContract {
        tables =
                tables.stream()
                        .sorted(Comparator.comparing(TableTerms::oid, Integer::compareUnsigned))
                        .toList();
    }

    /**
     * Whether the publication has all changes of just its tables, as one has that a pipeline makes
     * for itself.
     */
    public boolean isOfWholeTables() {
        return !publication.allTables()
                && publication.operations().equals("insert, update, delete, truncate")
                && tables.stream()
                        .flatMap(table -> table.coverage().stream())
                        .noneMatch(
                                row ->
                                        row.rowFilter() != null
                                                || row.columnList() != null
                                                || row.by() == Coverage.By.SCHEMA
                                                || row.by() == Coverage.By.ANCESTOR_SCHEMA);
    }

    /** The partitions of a table. */
    public List<Partition> partitions(int table) {
        return tables.stream()
                .filter(terms -> terms.oid() == table)
                .flatMap(terms -> terms.partitions().stream())
                .toList();
    }

    /** The same with other partitions of a table. */
    public CaptureContract withPartitions(int table, List<Partition> partitions) {
        return new CaptureContract(
                publication,
                tables.stream()
                        .map(
                                terms ->
                                        terms.oid() == table
                                                ? terms.withPartitions(partitions)
                                                : terms)
                        .toList());
    }

    /** The transactions that wrote the rows by which the tables are covered, and their keys. */
    public Set<Integer> transactions() {
        Set<Integer> transactions = new HashSet<>();
        transactions.add(publication.xmin());
        for (TableTerms table : tables) {
            for (Coverage row : table.coverage()) {
                transactions.add(row.xmin());
                Coverage.Member member = row.member();
                if (member != null) {
                    transactions.add(member.xmin());
                }
            }
            table.ancestors().forEach(ancestor -> transactions.add(ancestor.xmin()));
            table.partitions().forEach(partition -> transactions.add(partition.xmin()));
            PrimaryKey key = table.key();
            if (key != null) {
                transactions.add(key.xmin());
            }
        }
        return transactions;
    }
}

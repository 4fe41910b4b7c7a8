package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a contract, which is of now, held already where a slot that was there before begins.
 *
 * <p>It is a row that has to be older, not a table: pgoutput decides by the catalog at each
 * command, so a table can be filled and then published in the transaction that created it.
 *
 * @param notOlder the transactions that can't be told to have ended before
 * @param attached see {@link CatalogReading#attached}
 * @param keyed of which tables changes are applied by their primary keys
 */
public record EarlierStart(
        Set<Integer> notOlder, Set<Integer> attached, Predicate<QualifiedName> keyed) {

    /**
     * What may have come later; sentences without their stop.
     *
     * @param publication its name
     * @param tables the captured tables
     */
    public List<String> doubts(
            String publication, List<TableSchema> tables, CaptureContract contract) {
        List<String> doubts = new ArrayList<>();
        PublicationTerms terms = contract.publication();
        if (notOlder.contains(terms.xmin())) {
            doubts.add(
                    "publication \""
                            + publication
                            + "\" was created or altered by transaction "
                            + Integer.toUnsignedString(terms.xmin()));
        }
        Set<Integer> byKey =
                tables.stream()
                        .filter(table -> keyed.test(table.name()) && KeyComparison.needsKey(table))
                        .map(TableSchema::oid)
                        .collect(Collectors.toSet());
        for (TableTerms table : contract.tables()) {
            Integer since = terms.allTables() ? null : coveredSince(table);
            if (since != null) {
                doubts.add(
                        table.name()
                                + " is covered as it is by publication \""
                                + publication
                                + "\" since transaction "
                                + Integer.toUnsignedString(since));
            }
            table.partitions().stream()
                    .filter(this::mayBeLeftOut)
                    .forEach(
                            partition ->
                                    doubts.add(
                                            "partition "
                                                    + partition.name()
                                                    + " of "
                                                    + table.name()
                                                    + " was attached by transaction "
                                                    + Integer.toUnsignedString(partition.xmin())));
            PrimaryKey key = table.key();
            if (key != null && notOlder.contains(key.xmin()) && byKey.contains(table.oid())) {
                doubts.add(
                        table.name()
                                + " has its primary key, by which its changes are applied, since"
                                + " transaction "
                                + Integer.toUnsignedString(key.xmin()));
            }
        }
        return List.copyOf(doubts);
    }

    /** Before 15 changes of a table that was written and then attached are left out. */
    private boolean mayBeLeftOut(Partition partition) {
        return attached.contains(partition.oid()) && notOlder.contains(partition.xmin());
    }

    /** A later transaction without which less would come of a table; null when all did before. */
    private @Nullable Integer coveredSince(TableTerms table) {
        List<Coverage> older = new ArrayList<>();
        Integer since = null;
        for (Coverage row : table.coverage()) {
            Integer later = laterCondition(table, row);
            if (later == null) {
                older.add(row);
            } else {
                since = later;
            }
        }
        if (older.isEmpty()) {
            return since;
        }
        Coverage limiting = CoverageProof.limiting(older);
        boolean limitedAsNow =
                limiting == null
                        || CoverageProof.isUnlimited(limiting)
                        || limiting.equals(CoverageProof.limiting(table.coverage()));
        return limitedAsNow ? null : since;
    }

    private @Nullable Integer laterCondition(TableTerms table, Coverage row) {
        for (int xmin : conditions(table, row)) {
            if (notOlder.contains(xmin)) {
                return xmin;
            }
        }
        return null;
    }

    /** Transactions of the rows that have to be there for a row of the publication to cover it. */
    private static List<Integer> conditions(TableTerms table, Coverage row) {
        List<Integer> conditions = new ArrayList<>();
        conditions.add(row.xmin());
        Coverage.@Nullable Member member = row.member();
        if (member != null) {
            conditions.add(member.xmin());
        }
        if (row.through() != table.oid()) {
            for (Ancestor ancestor : table.ancestors()) {
                conditions.add(ancestor.xmin());
                if (ancestor.oid() == row.through()) {
                    break;
                }
            }
        }
        return conditions;
    }
}

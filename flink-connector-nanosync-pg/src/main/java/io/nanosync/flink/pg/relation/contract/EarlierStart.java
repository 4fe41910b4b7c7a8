package io.nanosync.flink.pg.relation.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a contract, which is of now, held already where a slot that was there before begins.
 *
 * @param notOlder the transactions that can't be told to have ended before
 * @param createdBy the transactions that created the captured tables, by OID: what was done
 *     together with that has left nothing out
 */
public record EarlierStart(Set<Integer> notOlder, Map<Integer, Integer> createdBy) {

    /** What may have come later; sentences without their stop. */
    public List<String> doubts(String publication, CaptureContract contract) {
        List<String> doubts = new ArrayList<>();
        PublicationTerms terms = contract.publication();
        if (notOlder.contains(terms.xmin())) {
            doubts.add(
                    "publication \""
                            + publication
                            + "\" was created or altered by transaction "
                            + Integer.toUnsignedString(terms.xmin()));
        }
        if (!terms.allTables()) {
            for (TableTerms table : contract.tables()) {
                Integer since = coveredSince(table);
                if (since != null) {
                    doubts.add(
                            table.name()
                                    + " is covered by publication \""
                                    + publication
                                    + "\" since transaction "
                                    + Integer.toUnsignedString(since));
                }
            }
        }
        return List.copyOf(doubts);
    }

    /** A later transaction without which no row would cover it; null when one did before. */
    private @Nullable Integer coveredSince(TableTerms table) {
        Integer since = null;
        for (Coverage row : table.coverage()) {
            since = laterCondition(table, row);
            if (since == null) {
                return null;
            }
        }
        return since;
    }

    private @Nullable Integer laterCondition(TableTerms table, Coverage row) {
        Integer created = createdBy.get(table.oid());
        for (int xmin : conditions(table, row)) {
            if (notOlder.contains(xmin) && (created == null || created != xmin)) {
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

package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the terms of one table.
 *
 * @param name of the publication
 * @param publication the publication now
 * @param catalog what the catalog says
 * @param differences where to put them
 */
record TableComparison(
        String name,
        PublicationTerms publication,
        CatalogReading catalog,
        List<Difference> differences) {

    /**
     * @param captured the table as it was accepted
     * @param schema the table now
     * @param then its terms; null when there are none yet
     * @param now its terms now
     */
    void compare(
            TableSchema captured, TableSchema schema, @Nullable TableTerms then, TableTerms now) {
        if (now.persistence() != 'p') {
            costs(
                    captured,
                    "table "
                            + captured.name()
                            + " is unlogged now: its changes are not in the WAL");
        }
        published(captured, now);
        if (then != null) {
            covered(captured, then, now);
            attached(captured, then, now);
        }
        new PartitionComparison(publication, catalog, differences)
                .compare(captured, schema, then, now);
    }

    /** That its changes come under its own OID. */
    private void published(TableSchema captured, TableTerms now) {
        if (now.coverage().isEmpty() && !publication.allTables()) {
            costs(
                    captured,
                    "publication \"" + name + "\" does not cover " + captured.name() + " any more");
        } else if (now.isPartitioned() && !publication.viaRoot()) {
            costs(
                    captured,
                    "publication \""
                            + name
                            + "\" publishes the changes of "
                            + captured.name()
                            + " under the names of its partitions");
        } else if (!now.ancestors().isEmpty() && publication.viaRoot() && byAncestor(now)) {
            costs(
                    captured,
                    "the changes of "
                            + captured.name()
                            + " are published under the name of "
                            + now.ancestors().get(now.ancestors().size() - 1).name()
                            + ", of which it is a partition");
        }
    }

    private boolean byAncestor(TableTerms now) {
        return publication.allTables()
                || now.coverage().stream()
                        .anyMatch(
                                row ->
                                        row.by() == Coverage.By.ANCESTOR
                                                || row.by() == Coverage.By.ANCESTOR_SCHEMA);
    }

    /** That it was covered all the time, and by the same filter and column list. */
    private void covered(TableSchema captured, TableTerms then, TableTerms now) {
        if (publication.allTables() || now.coverage().isEmpty()) {
            return;
        }
        CoverageProof proof = new CoverageProof(then, now);
        String limits = proof.changedLimits();
        if (limits != null) {
            costs(
                    captured,
                    "publication \""
                            + name
                            + "\" covers "
                            + captured.name()
                            + (limits.isEmpty() ? " without a row filter or column list" : limits)
                            + " now");
        } else if (!proof.holds()) {
            differences.add(
                    new Difference.ForReview(
                            captured.name()
                                    + " "
                                    + proof.gap(name)
                                    + ": what was committed in between is missing",
                            captured.name()));
        } else if (!proof.isBySameRows()) {
            differences.add(
                    new Difference.Harmless(
                            "publication \""
                                    + name
                                    + "\" covers "
                                    + captured.name()
                                    + " by other rows too, or by fewer"));
        }
    }

    private void attached(TableSchema captured, TableTerms then, TableTerms now) {
        if (!then.ancestors().equals(now.ancestors())) {
            differences.add(
                    new Difference.Harmless(
                            captured.name() + " was attached to another table, or detached"));
        }
    }

    private void costs(TableSchema captured, String what) {
        differences.add(new Difference.CostsChanges(what, null, captured.name()));
    }
}

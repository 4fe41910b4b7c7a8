package io.nanosync.flink.pg.relation.contract;

import java.util.List;

/**
 * Compares the row of a publication.
 *
 * @param name of the publication
 * @param differences where to put them
 */
record PublicationComparison(String name, List<Difference> differences) {

    void compare(PublicationTerms then, PublicationTerms now) {
        if (then.oid() != now.oid()) {
            costs(
                    "was dropped and created again (OID "
                            + Integer.toUnsignedString(then.oid())
                            + " then, "
                            + Integer.toUnsignedString(now.oid())
                            + " now): what was committed without it can't be read any more");
            return;
        }
        if (then.equals(now)) {
            return;
        }
        int before = differences.size();
        if (!then.operations().equals(now.operations())) {
            costs("published " + then.operations() + " and publishes " + now.operations());
        }
        if (then.allTables() != now.allTables()) {
            costs(now.allTables() ? "is for all tables now" : "is not for all tables any more");
        }
        if (then.viaRoot() != now.viaRoot()) {
            costs(
                    "had publish_via_partition_root = "
                            + then.viaRoot()
                            + " and has "
                            + now.viaRoot());
        }
        if (then.generatedColumns() != now.generatedColumns()) {
            costs(
                    "had publish_generated_columns = "
                            + generated(then)
                            + " and has "
                            + generated(now));
        }
        if (differences.size() > before) {
            return;
        }
        // Each ALTER PUBLICATION … SET writes a new version of the row, and so does a new owner.
        differences.add(
                then.owner() != now.owner()
                        ? new Difference.Harmless(subject() + " has another owner")
                        : new Difference.ForReview(
                                subject()
                                        + " was altered and put back: what it published meanwhile"
                                        + " nobody can tell",
                                null));
    }

    private static String generated(PublicationTerms terms) {
        return terms.generatedColumns() == 's' ? "stored" : "none";
    }

    private void costs(String what) {
        differences.add(new Difference.CostsChanges(subject() + " " + what, null, null));
    }

    private String subject() {
        return "publication \"" + name + "\"";
    }
}

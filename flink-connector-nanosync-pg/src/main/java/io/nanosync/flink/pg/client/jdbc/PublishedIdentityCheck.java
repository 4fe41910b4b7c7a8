package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That the application can go on to update and delete. From 15 on PostgreSQL refuses both on a
 * table of whose replica identity a column list leaves out a column, or whose row filter reads a
 * column outside of it. Under FULL it takes every filter and no list.
 *
 * <p>Source: PostgreSQL, {@code src/backend/commands/publicationcmds.c}, {@code
 * pub_rf_contains_invalid_column} and {@code pub_contains_invalid_column}.
 */
final class PublishedIdentityCheck implements PreflightCheck {

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        PublicationState publication = context.publication();
        if (publication == null || !context.needsIdentities() || context.session().major() < 15) {
            return;
        }
        Map<QualifiedName, List<PublishedPart>> tables =
                PublishedPart.of(context, publication.name()).stream()
                        .collect(
                                Collectors.groupingBy(
                                        PublishedPart::table,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        tables.forEach((table, parts) -> judge(publication.name(), table, parts, findings));
    }

    private static void judge(
            String publication, QualifiedName table, List<PublishedPart> parts, Findings findings) {
        for (PublishedPart part : parts) {
            String unfit = unfit(part);
            if (unfit != null) {
                findings.error(
                        "Publication \""
                                + publication
                                + "\" has "
                                + unfit
                                + " for table "
                                + table
                                + identity(part)
                                + ": PostgreSQL refuses every UPDATE and DELETE on it",
                        remedy(publication, table, parts));
                return;
            }
        }
    }

    /** What PostgreSQL doesn't take; null when it takes all. */
    private static @Nullable String unfit(PublishedPart part) {
        if (part.listsUnderFull()) {
            return "a column list";
        }
        List<String> unfit = new ArrayList<>();
        if (!part.unlisted().isEmpty()) {
            unfit.add("a column list without " + names(part.unlisted()));
        }
        if (!part.unidentified().isEmpty()) {
            unfit.add("a row filter over " + names(part.unidentified()));
        }
        return unfit.isEmpty() ? null : String.join(" and ", unfit);
    }

    private static String identity(PublishedPart part) {
        return (part.stored().equals(part.table())
                        ? ", whose replica identity is "
                        : ", whose partition " + part.stored() + " has the replica identity ")
                + (part.identity() == ReplicaIdentity.FULL ? "FULL" : names(part.key()));
    }

    private static String names(List<String> columns) {
        return "(" + String.join(", ", columns) + ")";
    }

    /**
     * The publication with a list that has the identity. A filter that reads more than that stays
     * where the identity can become FULL, which it can't beside a list.
     */
    private static String remedy(
            String publication, QualifiedName table, List<PublishedPart> parts) {
        PublishedPart any = parts.get(0);
        boolean full = parts.stream().anyMatch(PublishedPart::listsUnderFull);
        boolean filters = parts.stream().allMatch(part -> part.unidentified().isEmpty());
        String anew =
                anew(
                        publication,
                        table,
                        full ? null : listed(parts),
                        filters ? any.rowFilter() : null);
        return any.columns() == null ? fullIdentity(table, parts) + ", or: " + anew : anew;
    }

    /** The column list and what it lacks; null without one. */
    private static @Nullable List<String> listed(List<PublishedPart> parts) {
        List<String> columns = parts.get(0).columns();
        if (columns == null) {
            return null;
        }
        Set<String> listed = new LinkedHashSet<>(columns);
        parts.forEach(part -> listed.addAll(part.unlisted()));
        return List.copyOf(listed);
    }

    private static String fullIdentity(QualifiedName table, List<PublishedPart> parts) {
        return Stream.concat(Stream.of(table), parts.stream().map(PublishedPart::stored))
                .distinct()
                .map(altered -> "ALTER TABLE " + altered.sql() + " REPLICA IDENTITY FULL")
                .collect(Collectors.joining("; "));
    }

    private static String anew(
            String publication,
            QualifiedName table,
            @Nullable List<String> columns,
            @Nullable String rowFilter) {
        String alter = "ALTER PUBLICATION " + QualifiedName.quote(publication);
        return alter
                + " DROP TABLE "
                + table.sql()
                + "; "
                + alter
                + " ADD TABLE ONLY "
                + table.sql()
                + (columns == null
                        ? ""
                        : columns.stream()
                                .map(QualifiedName::quote)
                                .collect(Collectors.joining(", ", " (", ")")))
                + (rowFilter == null ? "" : " WHERE (" + rowFilter + ")");
    }
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.ControlSession.PublishedTable;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * That the publication carries every change of the tables, or can be created. Changes of a table
 * that it doesn't cover would be missing without a word.
 */
final class PublicationCheck implements PreflightCheck {

    /** A name or a text in quotes. */
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'");

    /** Not those of text search, whose objects have their names for good. */
    private static final Pattern OBJECT =
            Pattern.compile(
                    "''::reg(?:class|procedure|proc|operator|oper|type|role|namespace|collation)\\b");

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        String name = context.request().publication();
        if (name == null) {
            return;
        }
        PublicationState publication = context.publication();
        if (publication == null) {
            creatable(context, name, findings);
        } else {
            operations(publication, findings);
            coverage(context, publication, findings);
        }
    }

    private static void creatable(PreflightContext context, String name, Findings findings) {
        List<TableFacts> tables = context.publishable();
        if (context.role().superuser() || tables.isEmpty()) {
            return;
        }
        List<String> foreign =
                tables.stream()
                        .filter(table -> !table.owned())
                        .map(table -> table.name().toString())
                        .toList();
        boolean creates = context.role().createsInDatabase();
        if (foreign.isEmpty() && creates) {
            return;
        }
        String subject =
                "Publication \""
                        + name
                        + "\" does not exist, and role \""
                        + context.role().name()
                        + "\" can't create it: it ";
        String noCreate = "has no CREATE privilege on the database";
        if (foreign.isEmpty()) {
            findings.error(
                    subject + noCreate,
                    "GRANT CREATE ON DATABASE "
                            + QualifiedName.quote(context.session().endpoint().database())
                            + " TO "
                            + context.roleSql());
            return;
        }
        findings.error(
                subject
                        + "does not own "
                        + String.join(", ", foreign)
                        + (creates ? "" : ", and " + noCreate)
                        + ". Let a superuser create it, or an owner of the tables with CREATE on"
                        + " the database",
                PublicationQueries.createSql(name, tables.stream().map(TableFacts::name).toList()));
    }

    private static void operations(PublicationState publication, Findings findings) {
        if (publication.insert()
                && !publication.update()
                && !publication.delete()
                && !publication.truncate()) {
            findings.warning(
                    subject(publication)
                            + " publishes inserts alone: updates, deletes and truncates of the"
                            + " tables are no part of the capture",
                    null);
            return;
        }
        if (!(publication.insert()
                && publication.update()
                && publication.delete()
                && publication.truncate())) {
            findings.error(
                    subject(publication)
                            + " does not publish every operation: insert "
                            + publication.insert()
                            + ", update "
                            + publication.update()
                            + ", delete "
                            + publication.delete()
                            + ", truncate "
                            + publication.truncate(),
                    alter(publication) + " SET (publish = 'insert, update, delete, truncate')");
        }
    }

    private static void coverage(
            PreflightContext context, PublicationState publication, Findings findings)
            throws PgException {
        boolean added =
                context.request().resumed() != null
                        && new PublicationQueries(context.session())
                                .ownsOneOfTables(publication.name());
        Map<QualifiedName, PublishedTable> published =
                publication.tables().stream()
                        .collect(Collectors.toMap(PublishedTable::name, table -> table));
        boolean needsRoot =
                !publication.viaRoot()
                        && context.publishable().stream().anyMatch(table -> table.kind() == 'p');
        if (needsRoot) {
            viaLeaves(context, publication, findings);
        }
        for (TableFacts table : context.publishable()) {
            PublishedTable found = published.get(table.name());
            if (found != null) {
                whole(publication, found, findings);
            } else if (!publishedByLeaves(context, table, published)) {
                absent(context, publication, table, published, added, findings);
            }
        }
    }

    private static void viaLeaves(
            PreflightContext context, PublicationState publication, Findings findings) {
        String problem =
                subject(publication)
                        + " publishes changes of partitions under their own names, not under that"
                        + " of the partitioned table";
        if (context.request().resumed() == null) {
            findings.error(
                    problem, alter(publication) + " SET (publish_via_partition_root = true)");
        } else {
            findings.error(
                    problem
                            + ". The pipeline streams, and setting publish_via_partition_root would"
                            + " alter how its other tables are published: capture the partitions by"
                            + " their names, or the table by a pipeline of its own",
                    null);
        }
    }

    /** Without publish_via_partition_root the view lists the leaves, not their root. */
    private static boolean publishedByLeaves(
            PreflightContext context,
            TableFacts table,
            Map<QualifiedName, PublishedTable> published) {
        List<QualifiedName> leaves =
                context.tables().stream()
                        .filter(leaf -> table.name().equals(leaf.root()))
                        .map(TableFacts::name)
                        .toList();
        return !leaves.isEmpty() && published.keySet().containsAll(leaves);
    }

    /** The table above a partition, on whatever level, that is published; null for none. */
    private static @Nullable QualifiedName publishedAbove(
            PreflightContext context,
            TableFacts table,
            Map<QualifiedName, PublishedTable> published)
            throws PgException {
        if (table.parent() == null) {
            return null;
        }
        return new PublicationQueries(context.session())
                .ancestors(table.name()).stream()
                        .filter(published::containsKey)
                        .findFirst()
                        .orElse(null);
    }

    private static void absent(
            PreflightContext context,
            PublicationState publication,
            TableFacts table,
            Map<QualifiedName, PublishedTable> published,
            boolean added,
            Findings findings)
            throws PgException {
        QualifiedName above = publishedAbove(context, table, published);
        if (above != null) {
            findings.error(
                    subject(publication)
                            + " publishes the changes of "
                            + table.name()
                            + " under the name of its root "
                            + above
                            + ". Capture the root, or use a publication of its own for the"
                            + " partition"
                            + (added
                                    ? ". A root that the pipeline captured so far leaves the"
                                            + " publication while it runs without it: add its"
                                            + " partitions at the start after that one"
                                    : ""),
                    null);
            return;
        }
        if (added && table.owned()) {
            return;
        }
        findings.error(
                subject(publication) + " does not cover table " + table.name(),
                alter(publication) + " ADD TABLE ONLY " + table.name().sql());
    }

    private static void whole(
            PublicationState publication, PublishedTable table, Findings findings) {
        String filter = table.rowFilter();
        List<String> columns = table.columns();
        if (filter == null && columns == null) {
            return;
        }
        if (filter != null && namesAnObject(filter)) {
            findings.error(
                    subject(publication)
                            + " publishes rows of table "
                            + table.name()
                            + " WHERE "
                            + filter
                            + ": it goes by an object's number for changes, and the snapshot would"
                            + " go by its name, which may become another one's. Compare numbers,"
                            + " for example: column::oid = 16384",
                    null);
        }
        findings.warning(
                subject(publication)
                        + " publishes of table "
                        + table.name()
                        + (columns == null ? "" : " columns (" + String.join(", ", columns) + ")")
                        + (filter == null ? "" : " rows WHERE " + filter)
                        + " only: so does the pipeline, in its snapshot too",
                null);
    }

    /** Whether it has a constant that is an object of the catalog; text in it may look alike. */
    private static boolean namesAnObject(String filter) {
        String bare =
                QUOTED.matcher(filter)
                        .replaceAll(quoted -> quoted.group().startsWith("'") ? "''" : "name");
        return OBJECT.matcher(bare).find();
    }

    private static String subject(PublicationState publication) {
        return "Publication \"" + publication.name() + "\"";
    }

    private static String alter(PublicationState publication) {
        return "ALTER PUBLICATION " + QualifiedName.quote(publication.name());
    }
}

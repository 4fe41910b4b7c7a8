package io.nanosync.flink.pg.table.random;

import io.nanosync.flink.pg.table.random.Declared.Field;
import io.nanosync.flink.pg.table.random.Declared.Reading;
import io.nanosync.flink.pg.table.random.PgTable.PgColumn;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Declares a table in one of the ways that are allowed. */
final class Declaring {

    private static final List<String> METADATA =
            List.of(
                    "op",
                    "commit_lsn",
                    "snapshot",
                    "xid",
                    "table_name",
                    "schema_name",
                    "database_name");

    /** Without these a table under REPLICA IDENTITY FULL is read with old rows. */
    private static final Set<String> NAMES = Set.of("table_name", "schema_name", "database_name");

    /** Types of which a publication's filter may be, and by which a table can be divided. */
    private static final Set<ColumnType> FILTERED =
            EnumSet.of(
                    ColumnType.SMALLINT,
                    ColumnType.INTEGER,
                    ColumnType.BIGINT,
                    ColumnType.NUMERIC,
                    ColumnType.ANY_NUMERIC,
                    ColumnType.DATE,
                    ColumnType.TIMESTAMP);

    private static final String SHARED_CHUNK = "10";

    /** What tables of one pipeline must have alike, and so have by default. */
    private static final Set<String> OF_THE_SOURCE =
            Set.of("ctid-partition-blocks", "batch-boundary-signaling", "scan.parallelism");

    private final Draw draw;
    private final PgTable table;
    private final Reading reading;
    private final boolean filters;
    private final @Nullable String shared;
    private final List<String> metadata;
    private final Set<String> key = new LinkedHashSet<>();
    private final List<String> lines = new ArrayList<>();
    private final List<String> selected = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private final List<String> truths = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    /** Which of the rows are published. */
    private String published = "";

    private Declaring(
            Draw draw, PgTable table, Reading reading, boolean filters, @Nullable String shared) {
        this.filters = filters && shared == null;
        this.shared = shared;
        this.draw = draw;
        this.table = table;
        // Of changes without a key, or of an old one, no rows can be made.
        this.reading =
                reading == Reading.APPENDED && (table.full() || table.appliedKey().isEmpty())
                        ? Reading.FOLLOWED
                        : reading;
        this.metadata = drawMetadata();
    }

    /**
     * @param filters whether the server has publications of some rows
     * @param shared the pipeline that it shares with other tables; null for one of its own
     */
    static Declared declare(
            Draw draw,
            PgTable table,
            Reading reading,
            boolean filters,
            String name,
            @Nullable String shared,
            String dsn) {
        Declaring declaring = new Declaring(draw, table, reading, filters, shared);
        return reading != Reading.APPENDED && draw.chance(15)
                ? declaring.ofCatalog(name, dsn)
                : declaring.declare(name, dsn);
    }

    /** As the catalog has the table. */
    private Declared ofCatalog(String name, String dsn) {
        for (PgColumn column : table.columns()) {
            add(column, column.type().readings().get(0), column.notNull());
        }
        String hints =
                "'pipeline' = '"
                        + (shared == null ? name : shared)
                        + "'"
                        + (shared == null ? "" : ", 'chunk-size' = '" + SHARED_CHUNK + "'")
                        + (reading == Reading.SNAPSHOT ? ", 'startup-mode' = 'snapshot'" : "");
        key.addAll(table.appliedKey());
        String database = dsn.substring(dsn.lastIndexOf('/') + 1);
        return new Declared(
                name,
                "[[pg, " + database + ", public." + table.name(),
                List.of(
                        "CREATE CATALOG IF NOT EXISTS pg WITH ('type' = 'nanosync-pg', 'dsn' = '"
                                + dsn
                                + "', 'keepalive-idle-interval' = '1s')",
                        "CREATE VIEW "
                                + name
                                + " AS SELECT * FROM pg."
                                + database
                                + ".`public."
                                + table.name()
                                + "` /*+ OPTIONS("
                                + hints
                                + ") */"),
                List.of(view(name)),
                fields,
                List.copyOf(key),
                truths);
    }

    private List<String> drawMetadata() {
        return switch (reading) {
            case APPENDED -> List.of("op", "commit_lsn", "ordinal");
            case SNAPSHOT, FOLLOWED -> {
                List<String> some =
                        new ArrayList<>(draw.chance(30) ? draw.some(METADATA, 3) : List.of());
                if (table.appliedKey().isEmpty() || (table.full() && shared != null)) {
                    some.retainAll(NAMES);
                }
                yield some;
            }
        };
    }

    private Declared declare(String name, String dsn) {
        boolean upserts = drawKey();
        drawColumns();
        metadata.forEach(this::addMetadata);
        if (draw.chance(30)) {
            addComputed(draw.of(fields));
        }
        if (!key.isEmpty()) {
            lines.add(
                    "PRIMARY KEY ("
                            + String.join(", ", draw.shuffled(List.copyOf(key)))
                            + ") NOT ENFORCED");
        }
        option("connector", "nanosync-pg");
        option("dsn", dsn);
        option("table-name", "public." + table.name());
        option("pipeline", shared == null ? name : shared);
        option("keepalive-idle-interval", "1s");
        drawOptions(upserts);
        List<String> postgres = new ArrayList<>();
        if (reading == Reading.FOLLOWED && filters && draw.chance(25)) {
            publish(name).ifPresent(postgres::add);
        }
        postgres.add(view(name));
        return new Declared(
                name,
                "[[default_catalog, default_database, " + name,
                reading == Reading.APPENDED
                        ? List.of(create(name + "_changes"), rows(name))
                        : List.of(create(name)),
                postgres,
                fields,
                tellingApart(),
                truths);
    }

    /**
     * Publishes some of the rows: updates bring others among them, and take some away. The filter
     * is of columns that PostgreSQL has of old rows.
     */
    private Optional<String> publish(String name) {
        List<PgColumn> logged =
                table.columns().stream()
                        .filter(
                                column ->
                                        table.full() || table.appliedKey().contains(column.name()))
                        .filter(column -> FILTERED.contains(column.type()))
                        .toList();
        if (logged.isEmpty()) {
            return Optional.empty();
        }
        PgColumn column = draw.of(logged);
        published =
                " WHERE ("
                        + column.name()
                        + draw.of(" <> '", " < '", " >= '")
                        + column.type().value(draw.below(6))
                        + "')";
        option("publication", "pub_" + name);
        return Optional.of(
                "CREATE PUBLICATION pub_"
                        + name
                        + " FOR TABLE public."
                        + table.name()
                        + published
                        + " WITH (publish_via_partition_root = true)");
    }

    private String view(String name) {
        return "CREATE VIEW flink."
                + name
                + " AS SELECT "
                + String.join(", ", selected)
                + " FROM public."
                + table.name()
                + published;
    }

    private String create(String name) {
        return "CREATE TABLE "
                + name
                + " (\n  "
                + String.join(",\n  ", lines)
                + "\n) WITH (\n  "
                + String.join(",\n  ", options)
                + "\n)";
    }

    /**
     * The last change of each key, unless that is a delete. By one expression: of an order of
     * several Flink 2.2 and 2.3 take the first row that comes for the last.
     */
    private String rows(String name) {
        return "CREATE VIEW "
                + name
                + " AS SELECT "
                + fields.stream().map(Field::name).collect(Collectors.joining(", "))
                + " FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY "
                + String.join(", ", table.appliedKey())
                + " ORDER BY LPAD(SPLIT_INDEX(commit_lsn, '/', 0), 8, '0') ||"
                + " LPAD(SPLIT_INDEX(commit_lsn, '/', 1), 8, '0') || LPAD(CAST(`ordinal` AS"
                + " STRING), 19, '0') || op DESC) AS latest FROM "
                + name
                + "_changes) WHERE latest = 1 AND op <> 'd'";
    }

    /** Whether rows are read by their key. */
    private boolean drawKey() {
        List<String> applied = table.appliedKey();
        boolean ofChanges = !NAMES.containsAll(metadata);
        boolean upserts =
                reading == Reading.FOLLOWED
                        && !applied.isEmpty()
                        && (!table.full() || ofChanges || (draw.chance(30) && shared == null));
        if (upserts || (reading != Reading.APPENDED && draw.chance(60))) {
            key.addAll(applied);
            if (!upserts && !key.isEmpty() && draw.chance(20)) {
                table.columns().stream()
                        .filter(PgColumn::notNull)
                        .filter(column -> column.type() != ColumnType.BYTES)
                        .findFirst()
                        .ifPresent(column -> key.add(column.name()));
            }
        }
        return upserts;
    }

    private void drawColumns() {
        List<PgColumn> columns = new ArrayList<>(table.columns());
        columns.removeIf(
                column ->
                        !key.contains(column.name())
                                && !(reading == Reading.APPENDED
                                        && table.appliedKey().contains(column.name()))
                                && draw.chance(25));
        if (columns.isEmpty()) {
            columns.add(table.columns().get(0));
        }
        for (PgColumn column : draw.shuffled(columns)) {
            ColumnType.Reading as = draw.of(column.type().readings());
            boolean notNull =
                    key.contains(column.name())
                            || (column.notNull() && reading != Reading.APPENDED && draw.chance(60));
            add(column, as, notNull);
        }
    }

    private void add(PgColumn column, ColumnType.Reading as, boolean notNull) {
        lines.add(column.name() + " " + as.flink() + (notNull ? " NOT NULL" : ""));
        selected.add(String.format(as.view(), column.name()) + " AS " + column.name());
        fields.add(new Field(column.name(), column.type(), as.kind(), !notNull));
    }

    private void addComputed(Field of) {
        String suffix =
                switch (of.kind()) {
                    case INTEGER -> " + 1";
                    case TEXT -> " || 'x'";
                    default -> "";
                };
        if (suffix.isEmpty()) {
            return;
        }
        lines.add("x0 AS " + of.name() + suffix);
        String column = selected.get(fields.indexOf(of));
        String value = column.substring(0, column.lastIndexOf(" AS "));
        selected.add("(" + value + ")" + suffix + " AS x0");
        fields.add(new Field("x0", of.type(), of.kind(), true));
    }

    private void addMetadata(String of) {
        String type =
                switch (of) {
                    case "snapshot" -> "BOOLEAN";
                    case "xid", "ordinal" -> "BIGINT";
                    default -> "STRING";
                };
        lines.add("`" + of + "` " + type + " METADATA");
        switch (of) {
            case "op" -> truth(of, "'i'", "%s.op <> 'd'");
            case "commit_lsn" -> truth(of, "'0/1'", "%s.commit_lsn IS NOT NULL");
            case "snapshot" -> truth(of, "FALSE", "(%1$s.snapshot OR %1$s.snapshot IS NOT TRUE)");
            case "xid" -> truth(of, "NULL::bigint", "(%1$s.xid IS NULL OR %1$s.xid > 0)");
            case "table_name" -> addName(of, "'" + table.name() + "'::text");
            case "schema_name" -> addName(of, "'public'::text");
            case "database_name" -> addName(of, "current_database()::text");
            default -> {}
        }
    }

    private void truth(String of, String value, String condition) {
        if (reading != Reading.APPENDED) {
            selected.add(value + " AS " + of);
            truths.add(condition);
        }
    }

    private void addName(String of, String value) {
        selected.add(value + " AS " + of);
        fields.add(new Field(of, ColumnType.TEXT, Kind.TEXT, true));
    }

    private void drawOptions(boolean upserts) {
        String chunk = draw.of("3", "10", "1000");
        option("chunk-size", shared == null ? chunk : SHARED_CHUNK);
        List<PgColumn> dividing =
                table.columns().stream()
                        .filter(column -> FILTERED.contains(column.type()))
                        .toList();
        if (!dividing.isEmpty() && draw.chance(20)) {
            option("partition-strategy", draw.of("ntile", "minmax"));
            option("partition-column", draw.of(dividing).name());
        } else if (draw.chance(30)) {
            option("ctid-partition-blocks", "1");
        }
        if (draw.chance(30)) {
            option("batch-boundary-signaling", "true");
        }
        switch (reading) {
            case FOLLOWED -> {
                boolean byDefault = upserts == (!table.full() || !NAMES.containsAll(metadata));
                if (!byDefault || draw.chance(20)) {
                    option("changelog-mode", upserts ? "upsert" : "all");
                }
                if (!key.isEmpty() && draw.chance(15)) {
                    option("scan.parallelism", String.valueOf(draw.between(1, 3)));
                }
            }
            case APPENDED -> {
                option("changelog-mode", "append");
                if (!table.full()) {
                    option("toast", "reselect");
                }
            }
            case SNAPSHOT -> option("startup-mode", "snapshot");
        }
    }

    private void option(String name, String value) {
        if (shared != null && OF_THE_SOURCE.contains(name)) {
            return;
        }
        options.add("'" + name + "' = '" + value + "'");
    }

    private List<String> tellingApart() {
        Set<String> declared = fields.stream().map(Field::name).collect(Collectors.toSet());
        List<String> applied = table.appliedKey();
        return key.isEmpty() && declared.containsAll(applied) ? applied : List.copyOf(key);
    }
}

package io.nanosync.flink.pg.table.random;

import io.nanosync.flink.pg.table.random.Declared.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Composes random queries of constructs that mean the same in PostgreSQL and in Flink. PostgreSQL
 * is told where nulls are ordered; Flink has them there unasked.
 */
final class Composer {

    private final Draw draw;
    private final boolean batch;
    private final boolean inserts;
    private int names;

    /**
     * @param batch whether Flink runs it over all rows at once, and not row by row
     * @param inserts whether rows come and never go
     */
    Composer(Draw draw, boolean batch, boolean inserts) {
        this.draw = draw;
        this.batch = batch;
        this.inserts = inserts;
    }

    /** A query over these tables; some of them need not be in it. */
    Relation compose(List<Relation> tables) {
        Relation relation = draw.of(tables);
        int steps = draw.of(1, 1, 2, 2, 3);
        for (int i = 0; i < steps; i++) {
            relation = step(relation, tables);
        }
        return draw.chance(10) ? all(relation) : relation;
    }

    private Relation all(Relation of) {
        String a = alias();
        String count = name();
        List<String> selected = new ArrayList<>(List.of("COUNT(*) AS " + count));
        List<Field> fields = new ArrayList<>();
        fields.add(new Field(count, ColumnType.BIGINT, Kind.INTEGER, false));
        int more = draw.between(0, 2);
        for (int i = 0; i < more; i++) {
            addAggregate(of, a, false, selected, fields);
        }
        return Relation.ofAll(
                "SELECT "
                        + String.join(", ", selected)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a),
                fields);
    }

    private Relation step(Relation of, List<Relation> tables) {
        return switch (draw.below(16)) {
            case 0, 1 -> project(of);
            case 2 -> distinct(of);
            case 3, 4, 5 -> group(of);
            case 6, 7 -> join(of, draw.of(tables));
            case 8 -> leftJoin(of, draw.of(tables));
            case 9 -> within(of, draw.of(tables));
            case 10 -> exists(of, draw.of(tables));
            case 11 -> ranked(of);
            case 12 -> union(of);
            case 13 -> against(of, draw.of(tables));
            case 14 -> counted(of, draw.of(tables));
            default -> top(of);
        };
    }

    private String name() {
        return "c" + names++;
    }

    private String alias() {
        return "q" + names++;
    }

    private static String columns(List<Field> fields, String of) {
        return fields.stream()
                .map(field -> of + "." + field.name())
                .collect(Collectors.joining(", "));
    }

    private Relation project(Relation of) {
        String a = alias();
        List<Field> read = draw.some(of.fields(), 4);
        if (draw.chance(60)) {
            read = new ArrayList<>(read);
            for (Field field : of.fields()) {
                if (of.key().contains(field.name()) && !read.contains(field)) {
                    read.add(field);
                }
            }
        }
        List<String> selected = new ArrayList<>(List.of(columns(read, a)));
        List<Field> fields = new ArrayList<>(read);
        if (draw.chance(40)) {
            addExpression(draw.of(of.fields()), a, selected, fields);
        }
        return Relation.query(
                "SELECT "
                        + String.join(", ", selected)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a),
                fields,
                of.key());
    }

    private void addExpression(Field of, String a, List<String> selected, List<Field> fields) {
        String column = a + "." + of.name();
        String name = name();
        Field field = new Field(name, of.type(), of.kind(), true);
        String text =
                switch (of.kind()) {
                    case INTEGER -> draw.of("-" + column, "CAST(" + column + " AS BIGINT) * 2");
                    case NUMBER -> "-" + column;
                    case TEXT ->
                            draw.of(
                                    "COALESCE(" + column + ", 'none')",
                                    column + " || '!'",
                                    "SUBSTRING(" + column + " FROM 1 FOR 2)");
                    case BOOLEAN -> "NOT " + column;
                    default -> "CASE WHEN " + column + " IS NULL THEN 'no' ELSE 'yes' END";
                };
        switch (of.kind()) {
            case DATE, TIMESTAMP, INSTANT, BYTES ->
                    field = new Field(name, ColumnType.TEXT, Kind.TEXT, true);
            default -> {}
        }
        selected.add(text + " AS " + name);
        fields.add(field);
    }

    private Relation distinct(Relation of) {
        List<Field> from = of.those(Kind::groupable);
        if (from.isEmpty()) {
            return project(of);
        }
        String a = alias();
        List<Field> fields = draw.some(from, 3);
        return Relation.query(
                "SELECT DISTINCT "
                        + columns(fields, a)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a),
                fields,
                names(fields));
    }

    private static List<String> names(List<Field> fields) {
        return fields.stream().map(Field::name).toList();
    }

    private Relation group(Relation of) {
        List<Field> from = of.those(Kind::groupable);
        if (from.isEmpty()) {
            return project(of);
        }
        String a = alias();
        List<Field> groups = draw.some(from, 2);
        List<Field> fields = new ArrayList<>(groups);
        List<String> selected = new ArrayList<>(List.of(columns(groups, a)));
        int aggregates = draw.between(1, 3);
        for (int i = 0; i < aggregates; i++) {
            addAggregate(of, a, true, selected, fields);
        }
        // Without the set of all rows: over no rows Flink has no row for it, and PostgreSQL one.
        boolean sets = groups.size() > 1 && draw.chance(15);
        String having =
                draw.chance(25)
                        ? " HAVING COUNT(*) " + draw.of(">", "<", "<>") + " " + draw.between(1, 2)
                        : "";
        return Relation.query(
                "SELECT "
                        + String.join(", ", selected)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a)
                        + " GROUP BY "
                        + (sets ? sets(groups, a) : columns(groups, a))
                        + having,
                fields.stream().map(field -> sets ? field.orNull() : field).toList(),
                sets ? List.of() : names(groups));
    }

    private static String sets(List<Field> groups, String a) {
        return "GROUPING SETS (("
                + columns(groups, a)
                + "), ("
                + columns(groups.subList(0, 1), a)
                + "))";
    }

    private void addAggregate(
            Relation of, String a, boolean grouped, List<String> selected, List<Field> fields) {
        Field field = draw.of(of.fields());
        String column = a + "." + field.name();
        String name = name();
        String condition = draw.chance(15) ? condition(of, a) : null;
        String filter = condition == null ? "" : " FILTER (WHERE " + condition + ")";
        int which = draw.below(5);
        if (which == 0 && field.kind().isNumeric()) {
            boolean integer = field.kind() == Kind.INTEGER;
            selected.add(
                    "SUM("
                            + (integer ? "CAST(" + column + " AS BIGINT)" : column)
                            + ")"
                            + filter
                            + " AS "
                            + name);
            fields.add(
                    new Field(
                            name, integer ? ColumnType.BIGINT : field.type(), field.kind(), true));
        } else if (which <= 2 && field.kind().sortable()) {
            selected.add(draw.of("MIN(", "MAX(") + column + ")" + filter + " AS " + name);
            fields.add(new Field(name, field.type(), field.kind(), true));
        } else {
            String counted =
                    which == 3 && field.kind().groupable()
                            ? "DISTINCT " + column
                            : draw.of("*", column);
            boolean filtersWell = grouped || counted.startsWith("DISTINCT");
            selected.add(
                    (condition == null || filtersWell
                                    ? "COUNT(" + counted + ")" + filter
                                    : countWhere(counted, condition))
                            + " AS "
                            + name);
            fields.add(new Field(name, ColumnType.BIGINT, Kind.INTEGER, false));
        }
    }

    /** Flink 2.0 leaves out the filter of a count over all rows. */
    private static String countWhere(String counted, String condition) {
        return "COUNT(CASE WHEN "
                + condition
                + " THEN "
                + (counted.equals("*") ? "1" : counted)
                + " END)";
    }

    /** A column of each that can be equal; null without any. */
    private @Nullable List<Field> alike(Relation left, Relation right) {
        List<List<Field>> pairs = new ArrayList<>();
        for (Field l : left.those(Kind::groupable)) {
            for (Field r : right.those(Kind::groupable)) {
                if (l.kind() == r.kind() && l.type() == r.type()) {
                    pairs.add(List.of(l, r));
                }
            }
        }
        return pairs.isEmpty() ? null : draw.of(pairs);
    }

    private Relation join(Relation left, Relation right) {
        return joined(left, right, "JOIN");
    }

    private Relation leftJoin(Relation left, Relation right) {
        return joined(left, right, draw.of("LEFT JOIN", "LEFT JOIN", "FULL JOIN"));
    }

    private Relation joined(Relation left, Relation right, String how) {
        List<Field> pair = alike(left, right);
        if (pair == null) {
            return group(left);
        }
        String l = alias();
        String r = alias();
        List<String> selected = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        List<String> key = new ArrayList<>();
        boolean outer = !how.equals("JOIN");
        select(left, l, how.startsWith("FULL"), selected, fields, key);
        int leftKey = key.size();
        select(right, r, outer, selected, fields, key);
        boolean keyed = leftKey == left.key().size() && key.size() == leftKey + right.key().size();
        keyed &= !left.key().isEmpty() && !right.key().isEmpty();
        String more = how.equals("JOIN") && draw.chance(30) ? " AND " + condition(right, r) : "";
        return Relation.query(
                "SELECT "
                        + String.join(", ", selected)
                        + " FROM "
                        + left.text()
                        + " AS "
                        + l
                        + " "
                        + how
                        + " "
                        + right.text()
                        + " AS "
                        + r
                        + " ON "
                        + l
                        + "."
                        + pair.get(0).name()
                        + " = "
                        + r
                        + "."
                        + pair.get(1).name()
                        + more
                        + (draw.chance(30) ? " WHERE " + condition(left, l) : ""),
                fields,
                keyed ? key : List.of());
    }

    private void select(
            Relation of,
            String a,
            boolean outer,
            List<String> selected,
            List<Field> fields,
            List<String> key) {
        List<Field> some = draw.some(of.fields(), 3);
        List<Field> all = new ArrayList<>(some);
        boolean keyed = draw.chance(80);
        for (Field field : of.fields()) {
            if (keyed && of.key().contains(field.name()) && !all.contains(field)) {
                all.add(field);
            }
        }
        for (Field field : all) {
            String name = name();
            selected.add(a + "." + field.name() + " AS " + name);
            fields.add(new Field(name, field.type(), field.kind(), outer || field.nullable()));
            if (of.key().contains(field.name())) {
                key.add(name);
            }
        }
    }

    private Relation within(Relation of, Relation other) {
        List<Field> pair = alike(of, other);
        if (pair == null) {
            return project(of);
        }
        String a = alias();
        String b = alias();
        return filtered(
                of,
                a,
                a
                        + "."
                        + pair.get(0).name()
                        + draw.of(" IN ", " IN ", " NOT IN ")
                        + "(SELECT "
                        + b
                        + "."
                        + pair.get(1).name()
                        + " FROM "
                        + other.text()
                        + " AS "
                        + b
                        + where(other, b)
                        + ")");
    }

    private Relation against(Relation of, Relation other) {
        List<Field> pair = alike(of, other);
        if (pair == null || !pair.get(0).kind().sortable()) {
            return project(of);
        }
        String a = alias();
        String b = alias();
        return filtered(
                of,
                a,
                a
                        + "."
                        + pair.get(0).name()
                        + draw.of(" = ", " < ", " >= ")
                        + "(SELECT "
                        + draw.of("MIN(", "MAX(")
                        + b
                        + "."
                        + pair.get(1).name()
                        + ") FROM "
                        + other.text()
                        + " AS "
                        + b
                        + where(other, b)
                        + ")");
    }

    /** Each row with the number of others that it goes with. */
    private Relation counted(Relation of, Relation other) {
        List<Field> pair = alike(of, other);
        if (pair == null) {
            return group(of);
        }
        String a = alias();
        String b = alias();
        String name = name();
        List<Field> fields = new ArrayList<>(of.fields());
        fields.add(new Field(name, ColumnType.BIGINT, Kind.INTEGER, true));
        return Relation.query(
                "SELECT "
                        + columns(of.fields(), a)
                        + ", (SELECT COUNT(*) FROM "
                        + other.text()
                        + " AS "
                        + b
                        + " WHERE "
                        + b
                        + "."
                        + pair.get(1).name()
                        + " = "
                        + a
                        + "."
                        + pair.get(0).name()
                        + ") AS "
                        + name
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a),
                fields,
                of.key());
    }

    private Relation exists(Relation of, Relation other) {
        List<Field> pair = alike(of, other);
        if (pair == null) {
            return distinct(of);
        }
        String a = alias();
        String b = alias();
        return filtered(
                of,
                a,
                draw.of("EXISTS ", "NOT EXISTS ")
                        + "(SELECT 1 FROM "
                        + other.text()
                        + " AS "
                        + b
                        + " WHERE "
                        + b
                        + "."
                        + pair.get(1).name()
                        + " = "
                        + a
                        + "."
                        + pair.get(0).name()
                        + (draw.chance(40) ? " AND " + condition(other, b) : "")
                        + ")");
    }

    private Relation filtered(Relation of, String a, String condition) {
        return Relation.query(
                "SELECT "
                        + columns(of.fields(), a)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + " WHERE "
                        + condition
                        + (draw.chance(30) ? " AND " + condition(of, a) : ""),
                of.fields(),
                of.key());
    }

    /** Flink forgets deletes where rows are ordered by columns of their key alone. */
    private boolean isOrderedByKey(Relation of, List<Field> order) {
        return !batch && of.key().containsAll(names(order));
    }

    /** Rows that are equal in all columns of the order are equal. */
    private Relation ranked(Relation of) {
        List<Field> from = of.those(Kind::sortable);
        if (from.isEmpty()) {
            return project(of);
        }
        String a = alias();
        String b = alias();
        List<Field> fields = draw.some(from, 4);
        if (isOrderedByKey(of, fields)) {
            return project(of);
        }
        // Of inserts Flink 2.2 and 2.3 take the first row for one that stays, unless the order is
        // of one column, descending.
        int first = inserts && !batch ? 2 : 1;
        String by = draw.chance(80) ? "PARTITION BY " + a + "." + draw.of(from).name() + " " : "";
        return Relation.query(
                "SELECT "
                        + columns(fields, b)
                        + " FROM (SELECT "
                        + columns(fields, a)
                        + ", ROW_NUMBER() OVER ("
                        + by
                        + "ORDER BY "
                        + order(fields, a)
                        + ") AS rn FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a)
                        + ") AS "
                        + b
                        + " WHERE rn <= "
                        + draw.between(first, 3),
                fields,
                of.key());
    }

    private Relation top(Relation of) {
        List<Field> from = of.those(Kind::sortable);
        if (from.isEmpty()) {
            return project(of);
        }
        String a = alias();
        List<Field> fields = draw.some(from, 4);
        if (isOrderedByKey(of, fields)) {
            return project(of);
        }
        return Relation.query(
                "SELECT "
                        + columns(fields, a)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + where(of, a)
                        + " ORDER BY "
                        + order(fields, a)
                        + " LIMIT "
                        + draw.between(1, 6)
                        // Elsewhere Flink leaves rows behind that it should take back.
                        + (batch && draw.chance(20) ? " OFFSET " + draw.between(1, 3) : ""),
                fields,
                of.key());
    }

    private String order(List<Field> fields, String a) {
        return fields.stream()
                .map(
                        field ->
                                a
                                        + "."
                                        + field.name()
                                        + draw.of(" ASC NULLS FIRST", " DESC NULLS LAST"))
                .collect(Collectors.joining(", "));
    }

    private Relation union(Relation of) {
        String a = alias();
        String b = alias();
        List<Field> groupable = of.those(Kind::groupable);
        if (groupable.isEmpty()) {
            return project(of);
        }
        List<Field> fields = draw.some(groupable, 3);
        String how = draw.of("UNION ALL", "UNION ALL", "UNION", "INTERSECT", "EXCEPT");
        boolean set = !how.equals("UNION ALL");
        // Where a condition can't hold, Flink 2.0 leaves out that side, and the rows of the other
        // aren't
        // made distinct any more: RelBuilder of Calcite takes a union of one for that one.
        String here = set ? whereComparable(of, a) : where(of, a);
        String there = set ? whereComparable(of, b) : where(of, b);
        return Relation.query(
                "SELECT "
                        + columns(fields, a)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + a
                        + here
                        + " "
                        + how
                        + " SELECT "
                        + columns(fields, b)
                        + " FROM "
                        + of.text()
                        + " AS "
                        + b
                        + there,
                fields,
                set ? names(fields) : List.of());
    }

    private String where(Relation of, String a) {
        return draw.chance(50) ? " WHERE " + condition(of, a) : "";
    }

    /** A condition that no planner finds to be false. */
    private String whereComparable(Relation of, String a) {
        List<Field> comparable = of.those(kind -> kind.hasLiterals() && kind != Kind.BOOLEAN);
        if (comparable.isEmpty() || draw.chance(30)) {
            return "";
        }
        Field field = draw.of(comparable);
        return " WHERE " + a + "." + field.name() + draw.of(" <> ", " < ", " >= ") + literal(field);
    }

    private String condition(Relation of, String a) {
        if (!of.truths().isEmpty() && draw.chance(30)) {
            return String.format(draw.of(of.truths()), a);
        }
        return switch (draw.below(8)) {
            case 0 -> "(" + simple(of, a) + " OR " + simple(of, a) + ")";
            case 1 -> "(" + simple(of, a) + " AND " + simple(of, a) + ")";
            case 2 -> "NOT (" + simple(of, a) + ")";
            default -> simple(of, a);
        };
    }

    private String simple(Relation of, String a) {
        Field field = draw.of(of.fields());
        String column = a + "." + field.name();
        if (!field.kind().hasLiterals() || draw.chance(20)) {
            return column + draw.of(" IS NULL", " IS NOT NULL");
        }
        if (field.kind() == Kind.BOOLEAN) {
            return draw.of(column, column + " IS NOT TRUE", "NOT " + column);
        }
        if (field.kind() == Kind.TEXT && draw.chance(20)) {
            return draw.of(
                    column + " LIKE 'v%'",
                    "CHAR_LENGTH(" + column + ") > 3",
                    column + " LIKE '%1%'");
        }
        if (draw.chance(15)) {
            return column + " IN (" + literal(field) + ", " + literal(field) + ")";
        }
        return column + " " + draw.of("=", "=", "<>", "<", ">=") + " " + literal(field);
    }

    private String literal(Field field) {
        int number = draw.below(8);
        // Every third large value is short.
        return field.kind()
                .literal(
                        field.type().value(field.type() == ColumnType.LARGE ? number * 3 : number));
    }
}

package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a pipeline captures with what the catalog says now.
 *
 * <p>What pgoutput itself announces right in front of the first change that it concerns (a column
 * that is new, gone or of another type, a new name, another identity of a plain table) is no
 * difference here: an early refusal would lose the changes in front of it.
 */
public final class ContractComparison {

    private final List<Difference> differences = new ArrayList<>();
    private final CatalogReading now;

    private ContractComparison(CatalogReading now) {
        this.now = now;
    }

    /**
     * How they differ.
     *
     * @param name of the publication
     * @param keys the keys by which changes of a table are applied; empty where they aren't
     * @param captured the captured tables as they were accepted
     * @param then the contract; null for state that was written before there was one: then only
     *     what is wrong whatever was before is found
     */
    public static List<Difference> compare(
            String name,
            Function<QualifiedName, Set<List<String>>> keys,
            List<TableSchema> captured,
            @Nullable CaptureContract then,
            CatalogReading now) {
        ContractComparison comparison = new ContractComparison(now);
        comparison.compare(name, captured, then);
        new KeyComparison(keys, comparison.differences).compare(captured, then, now);
        return List.copyOf(comparison.differences);
    }

    private void compare(String name, List<TableSchema> captured, @Nullable CaptureContract then) {
        PublicationTerms publication = now.publication();
        if (publication == null) {
            costs(
                    null,
                    "publication \""
                            + name
                            + "\" does not exist: what was committed without it can't be read any"
                            + " more");
        } else if (then != null) {
            new PublicationComparison(name, differences).compare(then.publication(), publication);
        }
        Map<Integer, TableTerms> termsNow = byOid(now.tables(), TableTerms::oid);
        Map<Integer, TableSchema> schemasNow = byOid(now.schemas(), TableSchema::oid);
        Map<Integer, TableTerms> termsThen =
                then == null ? Map.of() : byOid(then.tables(), TableTerms::oid);
        for (TableSchema table : captured) {
            TableTerms terms = termsNow.get(table.oid());
            TableSchema schema = schemasNow.get(table.oid());
            Integer named = now.named().get(table.name());
            if (terms == null || schema == null) {
                gone(table, named);
                continue;
            }
            if (named != null && named != table.oid()) {
                swapped(table, terms, named);
            }
            dropped(table, schema);
            if (publication != null) {
                new TableComparison(name, publication, now, differences)
                        .compare(table, schema, termsThen.get(table.oid()), terms);
            }
        }
    }

    private static <T> Map<Integer, T> byOid(List<T> values, Function<T, Integer> oid) {
        return values.stream().collect(Collectors.toMap(oid, value -> value));
    }

    private void gone(TableSchema table, @Nullable Integer named) {
        costs(
                table.name(),
                named == null
                        ? "table " + described(table) + " was dropped"
                        : "table "
                                + described(table)
                                + " was dropped, and another with OID "
                                + Integer.toUnsignedString(named)
                                + " has its name: changes of that one were not captured");
    }

    private void swapped(TableSchema table, TableTerms terms, int named) {
        costs(
                table.name(),
                "table "
                        + described(table)
                        + " is named "
                        + terms.name()
                        + " now, and another with OID "
                        + Integer.toUnsignedString(named)
                        + " has its name: changes of that one were not captured");
    }

    /** A column that went and came back under its name has lost its values without a change. */
    private void dropped(TableSchema table, TableSchema schema) {
        Map<String, Integer> attnums = new HashMap<>();
        schema.columns().forEach(column -> attnums.put(column.name(), column.attnum()));
        table.columns()
                .forEach(
                        column -> {
                            Integer before = column.attnum();
                            Integer after = attnums.get(column.name());
                            if (before != null && after != null && !before.equals(after)) {
                                costs(
                                        table.name(),
                                        "column \""
                                                + column.name()
                                                + "\" of "
                                                + table.name()
                                                + " is another one under the same name (attnum "
                                                + before
                                                + " then, "
                                                + after
                                                + " now): it was dropped and added again, or"
                                                + " columns swapped their names, and no change"
                                                + " tells what became of the rows' values");
                            }
                        });
    }

    private void costs(@Nullable QualifiedName table, String what) {
        differences.add(new Difference.CostsChanges(what, null, table));
    }

    static String described(TableSchema table) {
        return table.name() + " (OID " + Integer.toUnsignedString(table.oid()) + ")";
    }
}

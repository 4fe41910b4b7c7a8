package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.client.Finding.Severity;
import io.nanosync.flink.pg.client.SchemaContents.LeftOut;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.config.TableSelector.Excluded;
import io.nanosync.flink.pg.config.TableSelector.Matching;
import io.nanosync.flink.pg.config.TableSelector.Named;
import io.nanosync.flink.pg.config.TableSelector.WholeSchema;
import io.nanosync.flink.pg.relation.QualifiedName;
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
 * The tables that a pipeline's selectors stand for on a server.
 *
 * @param tables each once, in the order of the selectors
 * @param findings what is wrong with the selectors, and what they leave out that somebody may miss
 */
public record TableSelection(List<QualifiedName> tables, List<Finding> findings) {

    private static final int NAMED = 20;

    /** Asks the server what the selectors stand for. */
    public static TableSelection of(ControlSession control, List<TableSelector> selectors)
            throws PgException {
        Map<String, SchemaContents> schemas = new LinkedHashMap<>();
        for (String schema : schemas(control, selectors)) {
            schemas.put(schema, control.contents(schema));
        }
        return new Selecting(schemas).select(selectors);
    }

    /** The schemas of which has to be known what they hold. */
    private static Set<String> schemas(ControlSession control, List<TableSelector> selectors)
            throws PgException {
        Set<String> schemas = new LinkedHashSet<>();
        List<String> all =
                selectors.stream().anyMatch(selector -> pattern(selector) instanceof Matching)
                        ? control.schemas()
                        : List.of();
        for (TableSelector selector : selectors) {
            if (selector instanceof WholeSchema whole) {
                schemas.add(whole.schema());
            } else if (selector instanceof Excluded left && left.schema() != null) {
                schemas.add(left.schema());
            } else if (pattern(selector) instanceof Matching pattern) {
                all.stream().filter(pattern::matchesSchema).forEach(schemas::add);
            }
        }
        return schemas;
    }

    private static TableSelector pattern(TableSelector selector) {
        return selector instanceof Excluded left ? left.what() : selector;
    }

    /** One selection in the making. */
    private static final class Selecting {
        private final Map<String, SchemaContents> schemas;
        private final Set<QualifiedName> selected = new LinkedHashSet<>();
        private final Set<QualifiedName> named = new LinkedHashSet<>();
        private final Map<QualifiedName, LeftOut> leftOut = new LinkedHashMap<>();
        private final Map<QualifiedName, LeftOut> matched = new LinkedHashMap<>();
        private final Map<LeftOut, Excluded> partitions = new LinkedHashMap<>();
        private final List<Finding> findings = new ArrayList<>();

        Selecting(Map<String, SchemaContents> schemas) {
            this.schemas = schemas;
        }

        TableSelection select(List<TableSelector> selectors) {
            for (TableSelector selector : selectors) {
                if (selector instanceof Named one) {
                    named.add(one.table());
                    selected.add(one.table());
                } else if (selector instanceof WholeSchema whole) {
                    add(whole, schemas.get(whole.schema()));
                } else if (selector instanceof Matching pattern) {
                    add(pattern);
                }
            }
            for (TableSelector selector : selectors) {
                if (selector instanceof Excluded left) {
                    leaveOut(left);
                }
            }
            if (selected.isEmpty() && findings.isEmpty()) {
                error("There is no table to capture: the list leaves out all that it names");
            }
            tellOfLeftOut();
            refuseMatched();
            refusePartitions();
            return new TableSelection(List.copyOf(selected), List.copyOf(findings));
        }

        private void add(WholeSchema whole, @Nullable SchemaContents contents) {
            if (contents == null) {
                return;
            }
            if (contents.tables().isEmpty()) {
                error(
                        "Schema \""
                                + whole.schema()
                                + "\" (from "
                                + whole
                                + ") has no table to capture");
            }
            selected.addAll(contents.names());
            contents.leftOut().forEach(left -> leftOut.put(left.name(), left));
        }

        private void add(Matching pattern) {
            List<QualifiedName> found =
                    schemas.values().stream()
                            .flatMap(contents -> contents.names().stream())
                            .filter(pattern::matches)
                            .toList();
            selected.addAll(found);
            List<LeftOut> others =
                    schemas.values().stream()
                            .flatMap(
                                    contents ->
                                            Stream.concat(
                                                    contents.leftOut().stream(),
                                                    contents.partitions().stream()))
                            .filter(left -> pattern.matches(left.name()))
                            .toList();
            others.forEach(left -> matched.put(left.name(), left));
            if (found.isEmpty() && others.isEmpty()) {
                List<QualifiedName> there =
                        schemas.values().stream()
                                .flatMap(contents -> contents.names().stream())
                                .filter(name -> pattern.matchesSchema(name.schema()))
                                .toList();
                error(
                        pattern
                                + " matches no table (schema "
                                + pattern.schema()
                                + ", name "
                                + pattern.table()
                                + ", each as a whole and as the catalog has it)"
                                + (there.isEmpty()
                                        ? ": no schema with tables matches"
                                        : "; there are " + some(there)));
            }
        }

        private void leaveOut(Excluded left) {
            Set<QualifiedName> matching =
                    candidates().filter(left::matches).collect(Collectors.toSet());
            if (matching.isEmpty()) {
                String nearest =
                        NearestName.of(
                                left.what().toString(),
                                candidates().map(QualifiedName::toString).toList());
                // One that is gone since it was captured is left out by its name too.
                findings.add(
                        new Finding(
                                Severity.WARNING,
                                left
                                        + " leaves nothing out: it is no table that the list would"
                                        + " capture"
                                        + (nearest == null
                                                ? ""
                                                : "; did you mean !" + nearest + "?"),
                                null));
            }
            for (QualifiedName name : matching) {
                if (named.contains(name)) {
                    error("Table " + name + " is both named and left out (" + left + ")");
                }
                selected.remove(name);
                leftOut.remove(name);
                LeftOut partition = matched.remove(name);
                if (partition != null && partition.root() != null) {
                    partitions.put(partition, left);
                }
            }
        }

        /** Their changes come with those of the table that they are of. */
        private void refusePartitions() {
            partitions.forEach(
                    (partition, left) -> {
                        if (selected.contains(partition.root())) {
                            error(
                                    left
                                            + " can't leave out "
                                            + partition
                                            + ", which comes with that table");
                        }
                    });
        }

        /** What can be left out: what is selected or can't be, and children by inheritance. */
        private Stream<QualifiedName> candidates() {
            Stream<QualifiedName> children =
                    schemas.values().stream()
                            .flatMap(contents -> contents.tables().stream())
                            .filter(SchemaContents.Table::inherits)
                            .map(SchemaContents.Table::name);
            return Stream.of(
                            selected.stream(),
                            leftOut.keySet().stream(),
                            matched.keySet().stream(),
                            children)
                    .flatMap(names -> names)
                    .distinct();
        }

        private void tellOfLeftOut() {
            List<LeftOut> missed = uncaptured(leftOut);
            if (!missed.isEmpty()) {
                findings.add(new Finding(Severity.WARNING, "Not captured: " + some(missed), null));
            }
        }

        /** Who writes a pattern means all that it matches. */
        private void refuseMatched() {
            List<LeftOut> refused = uncaptured(matched);
            if (!refused.isEmpty()) {
                error(
                        "What isn't captured is matched too: "
                                + some(refused)
                                + ". Leave it out, like !"
                                + refused.get(0).name()
                                + (refused.stream().allMatch(left -> left.root() == null)
                                        ? ""
                                        : "; partitions come with the table that they are of, name"
                                                + " that"));
            }
        }

        private List<LeftOut> uncaptured(Map<QualifiedName, LeftOut> found) {
            return found.values().stream()
                    .filter(left -> !selected.contains(left.name()))
                    .filter(left -> left.root() == null || !selected.contains(left.root()))
                    .toList();
        }

        private static String some(List<?> all) {
            int more = all.size() - NAMED;
            return all.stream().limit(NAMED).map(Object::toString).collect(Collectors.joining(", "))
                    + (more > 0 ? " and " + more + " more" : "");
        }

        private void error(String problem) {
            findings.add(new Finding(Severity.ERROR, problem, null));
        }
    }
}

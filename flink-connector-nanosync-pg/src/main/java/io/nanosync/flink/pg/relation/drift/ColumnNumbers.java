package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.drift.TableShape.ColumnShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code attnum} the columns have that a drift adds: by it a column is noticed that takes the
 * place of another under its name. The stream doesn't tell it, and the catalog is of now. But the
 * stream has the columns in the order of their numbers, and PostgreSQL never gives a number again.
 */
final class ColumnNumbers {

    private final CatalogNow catalog;
    private final Map<String, Column> accepted = new HashMap<>();
    private final List<String> names;

    ColumnNumbers(Drift drift, CatalogNow catalog) {
        this.catalog = catalog;
        this.names = drift.now().columns().stream().map(ColumnShape::name).toList();
        drift.accepted().columns().forEach(column -> accepted.put(column.name(), column));
    }

    /**
     * The number of a column; null when nothing tells. An accepted one keeps its own. A new one
     * whose name no column has now has that of one that was dropped since: whatever gets its name
     * later is another.
     */
    @Nullable Integer of(String name) {
        int at = names.indexOf(name);
        Integer number = number(at);
        if (number != null || accepted.containsKey(name)) {
            return number;
        }
        return catalog.dropped().stream()
                .filter(dropped -> dropped > before(at))
                .max(Integer::compare)
                .orElseGet(() -> renamed(at));
    }

    /** New columns that can't be those which have their names now: names. */
    List<String> replaced() {
        return added(this::isReplaced);
    }

    /** New columns that may not be those which have their names now: names. */
    List<String> doubtful() {
        return added(at -> !isReplaced(at) && isDoubtful(at));
    }

    private List<String> added(IntPredicate kind) {
        return IntStream.range(0, names.size())
                .filter(at -> !accepted.containsKey(names.get(at)))
                .filter(kind)
                .mapToObj(names::get)
                .toList();
    }

    /** A column of a lower number stands behind it: it had a lower one itself. */
    private boolean isReplaced(int at) {
        Integer number = number(at);
        return number != null
                && IntStream.range(at + 1, names.size())
                        .mapToObj(this::number)
                        .anyMatch(behind -> behind != null && behind < number);
    }

    private boolean isDoubtful(int at) {
        Integer number = number(at);
        return number != null
                && catalog.dropped().stream()
                        .anyMatch(dropped -> dropped > before(at) && dropped < number);
    }

    /** That of the column which has its name now; of an accepted one its own. */
    private @Nullable Integer number(int at) {
        String name = names.get(at);
        Column column = accepted.containsKey(name) ? accepted.get(name) : catalog.named(name);
        return column == null ? null : column.attnum();
    }

    /** The highest number in front of a column; 0 for none. */
    private int before(int at) {
        return IntStream.range(0, at)
                .mapToObj(this::number)
                .filter(Objects::nonNull)
                .max(Integer::compare)
                .orElse(0);
    }

    /** The number of the only column that may have been called so; null when others may have. */
    private @Nullable Integer renamed(int at) {
        Stream<Column> now =
                catalog.table() == null ? Stream.of() : catalog.table().columns().stream();
        List<Integer> others =
                now.filter(column -> !names.contains(column.name()))
                        .map(Column::attnum)
                        .filter(number -> number != null && number > before(at))
                        .toList();
        return others.size() == 1 ? others.get(0) : null;
    }
}

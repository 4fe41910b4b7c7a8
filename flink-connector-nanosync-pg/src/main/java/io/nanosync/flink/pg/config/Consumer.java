package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * What becomes of some of the captured tables behind the source.
 *
 * @param tables which
 * @param appliedKey names of the columns by which their changes are applied, {@link
 *     TableSchema#appliedKey}: the pipeline ends when a table has another key or none. Empty where
 *     changes aren't applied by a key
 * @param wanted what is wanted of them
 */
@Internal
public record Consumer(List<TableSelector> tables, List<String> appliedKey, Wanted wanted)
        implements Serializable {

    public Consumer {
        tables =
                tables.stream()
                        .filter(table -> !(table instanceof TableSelector.ChosenBy))
                        .toList();
        appliedKey = List.copyOf(appliedKey);
    }

    /** One that wants all of them, and applies no changes by a key. */
    static Consumer ofAll(List<TableSelector> tables) {
        return new Consumer(tables, List.of(), Wanted.ALL);
    }

    boolean takes(QualifiedName table) {
        return TableSelector.anyCovers(tables, table);
    }

    Consumer applyingBy(List<String> key) {
        return new Consumer(tables, key, wanted);
    }

    Consumer wanting(Wanted some) {
        return new Consumer(tables, appliedKey, some);
    }
}

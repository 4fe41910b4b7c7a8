package io.nanosync.flink.pg.config;

import java.util.List;

/** Lists in sentences. */
public final class Words {

    private Words() {}

    /** {@code a, b or c}. */
    public static String either(List<String> names) {
        if (names.size() < 2) {
            return String.join("", names);
        }
        return String.join(", ", names.subList(0, names.size() - 1))
                + " or "
                + names.get(names.size() - 1);
    }
}

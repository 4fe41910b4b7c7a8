package io.nanosync.flink.jobs.history.nemesis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that the nemesis can do. */
public final class Actions {

    private Actions() {}

    /**
     * Those of these names.
     *
     * @param names {@code all}, {@code faults}, or names separated by commas
     */
    public static List<Action> named(String names) {
        List<Action> faults = List.of(Fault.values());
        List<Action> all = new ArrayList<>(faults);
        all.addAll(List.of(CatalogChange.values()));
        all.addAll(List.of(Alteration.values()));
        all.addAll(List.of(ReadAgain.values()));
        all.addAll(List.of(SchemaDrift.values()));
        all.addAll(List.of(Promotion.values()));
        if (names.equals("all")) {
            return all;
        } else if (names.equals("faults")) {
            return faults;
        }
        List<String> wanted = Arrays.asList(names.split(","));
        return all.stream().filter(action -> wanted.contains(action.name())).toList();
    }
}

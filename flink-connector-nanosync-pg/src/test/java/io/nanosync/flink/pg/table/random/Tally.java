package io.nanosync.flink.pg.table.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many statements went which way, and what was found; finds are printed at once. */
final class Tally {

    private final Map<String, Integer> judged = new TreeMap<>();
    private final Map<String, Integer> refused = new TreeMap<>();
    private final List<String> finds = new ArrayList<>();

    /** One has run. */
    void judged(LiveStatement statement, @Nullable String wrong) {
        judged.merge(statement.mode(), 1, Integer::sum);
        if (wrong != null) {
            found(statement + "\n" + wrong);
        }
    }

    /** One wasn't planned, which is a find: what is refused with reason isn't drawn. */
    void refused(LiveStatement statement, Throwable why) {
        Throwable cause = why;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause).lines().findFirst().orElse("");
        boolean known = FlinkFaults.isKnown(cause);
        String kind = (known ? "known, " : "") + message.replaceAll("[0-9]+", "#");
        boolean first = refused.merge(kind, 1, Integer::sum) == 1;
        if (known) {
            System.out.println("KNOWN: " + message + "\n" + statement + "\n");
        } else if (first) {
            found("Refused: " + message + "\n" + statement);
        }
    }

    /** Something that shouldn't be. */
    void found(String find) {
        finds.add(find);
        System.out.println("FIND: " + find + "\n");
    }

    List<String> finds() {
        return finds;
    }

    String count() {
        int run = judged.values().stream().mapToInt(Integer::intValue).sum();
        return run + " statements, " + finds.size() + " finds";
    }

    String summary() {
        StringBuilder text = new StringBuilder();
        judged.forEach((mode, count) -> text.append(count).append("  ").append(mode).append('\n'));
        refused.forEach(
                (why, count) -> text.append(count).append("  refused: ").append(why).append('\n'));
        return text.append(count()).toString();
    }
}

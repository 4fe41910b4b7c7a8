package io.nanosync.flink.jobs.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** The end of a text that may be long. */
public final class LastLines {

    private LastLines() {}

    /** At most so many; reads all of them and keeps those alone. */
    public static List<String> of(Stream<String> lines, int most) {
        Deque<String> last = new ArrayDeque<>();
        lines.forEachOrdered(
                line -> {
                    last.addLast(line);
                    if (last.size() > most) {
                        last.removeFirst();
                    }
                });
        return List.copyOf(last);
    }
}

package io.nanosync.flink.pg.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the valid name that a mistyped one was meant to be. */
public final class NearestName {

    private NearestName() {}

    /**
     * The candidate with the smallest edit distance (insertions, deletions, replacements, swapped
     * neighbours; case, {@code -} and {@code _} count as equal), or null when even that one differs
     * in more than a third of its letters.
     */
    public static @Nullable String of(String name, Collection<String> candidates) {
        String wanted = plain(name);
        String nearest = null;
        int smallest = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(wanted, plain(candidate));
            if (distance < smallest && distance <= Math.max(1, candidate.length() / 3)) {
                smallest = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}

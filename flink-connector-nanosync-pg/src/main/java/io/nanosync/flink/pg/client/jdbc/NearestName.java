package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what a misspelled table name was meant to be. */
final class NearestName {

    private NearestName() {}

    /** The nearest of the names, if any is near: at most a third of its letters differ. */
    static Optional<QualifiedName> of(QualifiedName wanted, Collection<QualifiedName> known) {
        return known.stream()
                .filter(name -> distance(wanted, name) * 3 <= wanted.toString().length())
                .min(
                        Comparator.<QualifiedName>comparingInt(name -> distance(wanted, name))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** Edits between the names without regard to case; the same table elsewhere is near. */
    private static int distance(QualifiedName wanted, QualifiedName known) {
        if (wanted.name().equals(known.name())) {
            return 0;
        }
        return edits(fold(wanted), fold(known));
    }

    private static String fold(QualifiedName name) {
        return (name.schema() + "." + name.name()).toLowerCase(Locale.ROOT);
    }

    private static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}

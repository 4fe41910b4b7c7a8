package io.nanosync.flink.jobs.history.load;

import java.util.Random;

/** The statements of one transaction, drawn one by one. */
final class Work {

    private static final int KEYS = 4_000;

    private final Random random;
    private final Ids ids;

    Work(Random random, Ids ids) {
        this.random = random;
        this.ids = ids;
    }

    /**
     * One statement with a few rows.
     *
     * @param note what the rows carry; {@link LoadTables#ABORTED} in work that won't be committed
     */
    String few(String note) {
        long known = 1 + random.nextInt(KEYS);
        return switch (random.nextInt(16)) {
            case 0, 1 -> insert(1 + random.nextInt(5), note);
            case 2, 3 ->
                    ("UPDATE h.plain SET note = '%s', amount = %d WHERE id BETWEEN %d AND %d")
                            .formatted(note, random.nextInt(1_000), known, known + 3);
            case 4 -> "DELETE FROM h.plain WHERE id = " + known;
            case 5 -> changedKey(known, note);
            case 6 -> "INSERT INTO h.keyless VALUES (%d, '%s')".formatted(known % 100, note);
            case 7 ->
                    "UPDATE h.keyless SET note = '%s' WHERE n = %d AND note <> '%s'"
                            .formatted(note, known % 100, note);
            case 8 -> "DELETE FROM h.keyless WHERE ctid = (SELECT ctid FROM h.keyless LIMIT 1)";
            case 9 ->
                    "UPDATE h.parted SET region = CASE region WHEN 'a' THEN 'b' ELSE 'a' END,"
                            + " note = '%s' WHERE id = %d".formatted(note, known);
            case 10 -> smallOnly("toasted", known);
            case 11 -> smallOnly("whole", known);
            case 12 ->
                    "INSERT INTO h.%s VALUES (%d, 1, repeat(md5('%d'), 120) || '%s')"
                            .formatted(
                                    random.nextBoolean() ? "toasted" : "whole",
                                    ids.next(),
                                    known,
                                    note);
            case 13 -> "UPDATE h.divided SET note = '%s' WHERE id = %d".formatted(note, known);
            case 14 ->
                    "INSERT INTO h.divided VALUES (%d, '%s', '%s')"
                            .formatted(ids.next(), random.nextBoolean() ? "a" : "b", note);
            default ->
                    "INSERT INTO h.\"Emptied Now\" VALUES (%d, '%s')".formatted(ids.next(), note);
        };
    }

    /** One statement with thousands of rows. */
    String many(String note) {
        int rows = 2_000 + random.nextInt(6_000);
        return switch (random.nextInt(4)) {
            case 0 -> "UPDATE h.plain SET note = '%s' || id %% 7".formatted(note);
            case 1 -> "UPDATE h.parted SET note = '%s' WHERE region = 'a'".formatted(note);
            default -> insert(rows, note);
        };
    }

    private String insert(int rows, String note) {
        long first = ids.next(rows);
        String table = random.nextBoolean() ? "h.plain (id, note)" : "h.parted (id, note, region)";
        String region = table.contains("region") ? ", CASE g % 2 WHEN 0 THEN 'a' ELSE 'b' END" : "";
        return "INSERT INTO %s SELECT g, '%s'%s FROM generate_series(%d, %d) g"
                .formatted(table, note, region, first, first + rows - 1);
    }

    private String changedKey(long known, String note) {
        String table =
                switch (random.nextInt(3)) {
                    case 0 -> "plain";
                    case 1 -> "whole";
                    default -> "toasted";
                };
        return table.equals("plain")
                ? "UPDATE h.plain SET id = %d, note = '%s' WHERE id = %d"
                        .formatted(ids.next(), note, known)
                : "UPDATE h.%s SET id = %d WHERE id = %d".formatted(table, ids.next(), known);
    }

    /** The large value stays as it is, and isn't in the WAL where the identity is the key. */
    private String smallOnly(String table, long known) {
        long twentieth = known / 20 * 20;
        return "UPDATE h.%s SET small = small + 1 WHERE id BETWEEN %d AND %d"
                .formatted(table, twentieth, twentieth + 1);
    }

    /** Empties a table. */
    String truncate() {
        return random.nextInt(3) == 0
                ? "TRUNCATE h.keyless"
                : random.nextInt(6) == 0 ? "TRUNCATE h.parted" : "TRUNCATE h.\"Emptied Now\"";
    }

    /** New keys, of one client alone. */
    static final class Ids {
        private long next;

        Ids(int client) {
            next = 1_000_000_000L * (client + 1);
        }

        long next() {
            return next(1);
        }

        long next(int count) {
            long first = next;
            next += count;
            return first;
        }
    }
}

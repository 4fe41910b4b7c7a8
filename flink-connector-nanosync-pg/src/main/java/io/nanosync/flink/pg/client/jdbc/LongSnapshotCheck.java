package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot that takes long costs the server meanwhile: how long, how much WAL its slot
 * keeps, and whether it may keep as much. Time-outs of idle sessions need no words: each session
 * turns its own off.
 */
final class LongSnapshotCheck implements PreflightCheck {

    private static final long GB = 1L << 30;

    /** Less is read before anybody cares. */
    private static final long LONG_FROM_BYTES = 10 * GB;

    /** What small servers and a network between give; the estimate shouldn't be too short. */
    private static final long BYTES_PER_SECOND = 50L << 20;

    /**
     * As of the last VACUUM or ANALYZE: the functions that measure wait for locks on the tables.
     */
    private static final String SIZE =
            """
            SELECT coalesce(sum(greatest(c.relpages, 0)::bigint + coalesce(t.relpages, 0)), 0)
                   * current_setting('block_size')::bigint
              FROM unnest(?, ?) w(schema_name, table_name)
              JOIN pg_namespace n ON n.nspname = w.schema_name
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
              LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
            """;

    private static final String WAL_RATE =
            "SELECT wal_bytes::float8 / greatest(1, extract(epoch FROM clock_timestamp() -"
                    + " stats_reset)) AS bytes, stats_reset::date::text AS since FROM pg_stat_wal";

    /** In MB; -1 for none. */
    private static final String LIMIT =
            "SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size'";

    private final long longFromBytes;

    LongSnapshotCheck() {
        this(LONG_FROM_BYTES);
    }

    LongSnapshotCheck(long longFromBytes) {
        this.longFromBytes = longFromBytes;
    }

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        if (!context.request().takesSnapshot() || findings.hasErrors()) {
            return;
        }
        long bytes = bytesRead(context);
        if (bytes < longFromBytes) {
            return;
        }
        long seconds = Math.max(1, bytes / BYTES_PER_SECOND);
        StringBuilder text = new StringBuilder("The snapshot reads ");
        text.append(size(bytes))
                .append(": about ")
                .append(time(seconds))
                .append(" at ")
                .append(size(BYTES_PER_SECOND))
                .append(
                        " a second. Until then VACUUM removes nothing in this database that is"
                                + " updated or deleted meanwhile");
        WalRate rate = context.streams() ? walRate(context.session()) : null;
        if (!context.streams()) {
            findings.note(text.toString());
        } else if (rate == null) {
            findings.note(text + ", and the slot keeps all WAL that is written");
        } else {
            kept(context, rate, seconds, text, findings);
        }
    }

    /** Tables whose rows are read, or their leaves. */
    private static long bytesRead(PreflightContext context) throws PgException {
        List<TableFacts> read = new ArrayList<>();
        for (TableFacts table : context.stored()) {
            if (context.request()
                    .partitionings()
                    .containsKey(table.root() == null ? table.name() : table.root())) {
                read.add(table);
            }
        }
        return context.session()
                .one(
                        "measure the tables",
                        SIZE,
                        row -> row.getLong(1),
                        read.stream().map(table -> table.name().schema()).toArray(String[]::new),
                        read.stream().map(table -> table.name().name()).toArray(String[]::new));
    }

    /**
     * @param since when it was begun to be counted
     */
    private record WalRate(double bytesPerSecond, String since) {}

    /** Null where the server doesn't count it: before 14. */
    private static @Nullable WalRate walRate(Session session) throws PgException {
        return session.major() < 14
                ? null
                : session.first(
                        "read how much WAL is written",
                        WAL_RATE,
                        row -> new WalRate(row.getDouble("bytes"), row.getString("since")));
    }

    private static void kept(
            PreflightContext context,
            WalRate rate,
            long seconds,
            StringBuilder text,
            Findings findings)
            throws PgException {
        long wal = (long) (rate.bytesPerSecond() * seconds);
        text.append(", and the slot keeps some ")
                .append(size(wal))
                .append(" of WAL, at the rate since ")
                .append(rate.since());
        long limitMb = context.session().one("read a setting", LIMIT, row -> row.getLong(1));
        if (limitMb < 0 || wal < limitMb << 20) {
            findings.note(
                    text
                            + " (max_slot_wal_keep_size is "
                            + (limitMb < 0 ? "unlimited" : size(limitMb << 20))
                            + ")");
            return;
        }
        findings.warning(
                text
                        + ", more than max_slot_wal_keep_size ("
                        + size(limitMb << 20)
                        + ") lets it: the slot would be lost, and the snapshot with it",
                "ALTER SYSTEM SET max_slot_wal_keep_size = '"
                        + (2 * (wal >> 20) + 1)
                        + "MB'; SELECT pg_reload_conf()");
    }

    private static String size(long bytes) {
        return bytes < GB
                ? (bytes >> 20) + " MB"
                : String.format(Locale.ROOT, "%.1f GB", bytes / (double) GB);
    }

    private static String time(long seconds) {
        long minutes = (seconds + 30) / 60;
        if (minutes < 2) {
            return "a minute";
        }
        return minutes < 120 ? minutes + " minutes" : (minutes + 30) / 60 + " hours";
    }
}

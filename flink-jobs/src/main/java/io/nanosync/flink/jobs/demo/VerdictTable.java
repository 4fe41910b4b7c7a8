package io.nanosync.flink.jobs.demo;

import io.nanosync.flink.jobs.demo.replay.TableVerdict;
import java.util.List;
import java.util.Locale;

/** The verdicts as a table that fits 100 columns. */
final class VerdictTable {

    private static final int CHECKSUM_CHARS = 8;
    private static final int TABLE_CHARS = 20;

    private VerdictTable() {}

    static String of(List<TableVerdict> verdicts) {
        StringBuilder page = new StringBuilder();
        line(page, "", "snapshot", "", "rows", "rows", "checksum", "");
        line(page, "table", "rows", "changes", "in source", "arrived", "(start)", "verdict");
        for (TableVerdict verdict : verdicts) {
            line(
                    page,
                    shortened(verdict.table().toString()),
                    number(verdict.snapshotRows()),
                    number(verdict.changes()),
                    number(verdict.source().rows()),
                    number(verdict.arrived().rows()),
                    verdict.arrived().checksum().substring(0, CHECKSUM_CHARS),
                    judgement(verdict));
        }
        return page.toString();
    }

    private static String judgement(TableVerdict verdict) {
        if (verdict.isEqual()) {
            return "equal";
        }
        return "DIFFERS: -"
                + verdict.missing()
                + " +"
                + verdict.extra()
                + (verdict.missed() == 0 ? "" : " lost " + verdict.missed());
    }

    private static String shortened(String table) {
        return table.length() <= TABLE_CHARS
                ? table
                : table.substring(0, TABLE_CHARS - 1) + "\u2026";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static void line(StringBuilder page, Object... values) {
        page.append(
                        String.format(Locale.ROOT, "%-20s %10s %9s %10s %10s  %-8s  %s", values)
                                .stripTrailing())
                .append(System.lineSeparator());
    }
}

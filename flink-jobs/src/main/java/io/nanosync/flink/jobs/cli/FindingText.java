package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.pg.client.Finding;
import java.util.List;
import java.util.Locale;

/** Findings of preflight as text. */
final class FindingText {

    private FindingText() {}

    static String of(Finding finding) {
        String severity = finding.severity().name().toLowerCase(Locale.ROOT);
        String remedy = finding.remedy();
        String text = "  " + severity + ": " + finding.problem();
        return remedy == null ? text : text + "\n    Run: " + remedy.replace("\n", "\n         ");
    }

    static boolean hasError(List<Finding> findings) {
        return findings.stream().anyMatch(Finding::stops);
    }
}

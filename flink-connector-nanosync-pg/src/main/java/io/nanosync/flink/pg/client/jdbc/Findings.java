package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what preflight finds, in order. */
final class Findings {

    private final List<Finding> found = new ArrayList<>();

    /** The pipeline can't run, or would lose something. */
    void error(String problem, @Nullable String remedy) {
        found.add(new Finding(Severity.ERROR, problem, remedy));
    }

    /** The pipeline can't run before others have made room, or somebody has raised a limit. */
    void shortage(String problem, String remedy) {
        found.add(new Finding(Severity.SHORTAGE, problem, remedy));
    }

    /** The pipeline can run; somebody should know. */
    void warning(String problem, @Nullable String remedy) {
        found.add(new Finding(Severity.WARNING, problem, remedy));
    }

    /** Nothing is wrong. */
    void note(String what) {
        found.add(new Finding(Severity.NOTE, what, null));
    }

    boolean hasErrors() {
        return found.stream().anyMatch(Finding::stops);
    }

    List<Finding> all() {
        return List.copyOf(found);
    }
}

package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Problem;
import java.util.List;

/** A pipelines file can't be used. The message names every problem with its line and column. */
public final class InvalidPipelinesFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    private InvalidPipelinesFileException(String message, List<Problem> problems) {
        super(message);
        this.problems = problems;
    }

    static InvalidPipelinesFileException unreadable(String file, String reason) {
        return new InvalidPipelinesFileException(
                "Cannot read pipelines file " + file + ": " + reason, List.of());
    }

    static InvalidPipelinesFileException of(String file, List<Problem> problems) {
        StringBuilder message = new StringBuilder();
        message.append(problems.size())
                .append(problems.size() == 1 ? " problem in " : " problems in ")
                .append(file);
        for (Problem problem : problems) {
            message.append("\n  ").append(file).append(':');
            if (problem.position() != null) {
                message.append(problem.position()).append(':');
            }
            message.append(' ').append(problem);
        }
        return new InvalidPipelinesFileException(message.toString(), List.copyOf(problems));
    }

    /** What is wrong, in the order of the file; empty when it couldn't be read at all. */
    public List<Problem> problems() {
        return problems;
    }
}

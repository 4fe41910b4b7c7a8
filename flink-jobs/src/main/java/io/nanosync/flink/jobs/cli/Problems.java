package io.nanosync.flink.jobs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Why some parts of an answer are missing, while the others are there. */
final class Problems {

    private final List<String> texts = new ArrayList<>();

    /** Something to ask somebody for who may not answer. */
    @FunctionalInterface
    interface Part<T> {
        T ask() throws IOException, InterruptedException;
    }

    /** A part; where it can't be had, the given one, and the reason is kept. */
    <T> T orElse(T otherwise, Part<T> part) throws InterruptedException {
        try {
            return part.ask();
        } catch (IOException e) {
            add(FailureMessage.of(e));
            return otherwise;
        }
    }

    /** A part is missing for this reason. */
    void add(String reason) {
        // One that is down is the reason for several parts.
        if (!texts.contains(reason)) {
            texts.add(reason);
        }
    }

    /** In the order in which they were met. */
    List<String> texts() {
        return List.copyOf(texts);
    }
}

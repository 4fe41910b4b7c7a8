package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.check.Violation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Histories one after the other, and what they come to. Prints each as it ends. */
public final class Campaign implements AutoCloseable {

    private final Servers servers = new Servers();
    private final Path folder;
    private final List<Outcome> outcomes = new ArrayList<>();

    /**
     * @param folder for whatever is written
     */
    public Campaign(Path folder) {
        this.folder = folder;
    }

    /** Lives one more history through. */
    public Outcome live(Plan plan) throws Exception {
        Path own = Files.createDirectories(folder.resolve(outcomes.size() + "-" + plan.seed()));
        Outcome outcome = History.live(plan, servers, own);
        outcomes.add(outcome);
        System.out.println(outcome);
        return outcome;
    }

    /** Each broken promise with its seed. */
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            for (Violation violation : outcome.violations()) {
                violations.add("seed " + outcome.plan().seed() + ": " + violation);
            }
        }
        return violations;
    }

    /** The counts over all histories. */
    public String summary() {
        Map<String, Integer> actions = new TreeMap<>();
        outcomes.forEach(
                outcome ->
                        outcome.actions()
                                .forEach((name, n) -> actions.merge(name, n, Integer::sum)));
        return ("%d seeds (%d by values, %d by hand, %d published in part, %d whole, %d with a lost"
                        + " snapshot), %d transactions, %d rows, %d crossings, %d samples (and %d"
                        + " failed), %d ranges, %d tables added, %d removed, %d read again, %d"
                        + " accepted, %d refused, %d ends with an error, actions %s, %d"
                        + " violations")
                .formatted(
                        outcomes.size(),
                        count(outcome -> outcome.plan().readsRanges()),
                        count(outcome -> outcome.plan().setting().groundwork().isByHand()),
                        count(outcome -> outcome.plan().setting().published().isInPart()),
                        count(outcome -> outcome.plan().setting().delivery().isWhole()),
                        count(outcome -> outcome.restarts() > 0),
                        sum(Outcome::transactions),
                        sum(Outcome::rows),
                        sum(Outcome::crossings),
                        sum(Outcome::samples),
                        sum(Outcome::failedSamples),
                        sum(Outcome::ranges),
                        sum(Outcome::added),
                        sum(Outcome::removed),
                        sum(Outcome::readAgain),
                        sum(Outcome::accepted),
                        sum(Outcome::refused),
                        sum(Outcome::errors),
                        actions,
                        violations().size());
    }

    private long count(Predicate<Outcome> kind) {
        return outcomes.stream().filter(kind).count();
    }

    private long sum(ToLongFunction<Outcome> figure) {
        return outcomes.stream().mapToLong(figure).sum();
    }

    @Override
    public void close() {
        servers.close();
    }
}

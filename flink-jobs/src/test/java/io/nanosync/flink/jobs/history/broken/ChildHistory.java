package io.nanosync.flink.jobs.history.broken;

import io.nanosync.flink.jobs.history.Campaign;
import io.nanosync.flink.jobs.history.Plan;
import io.nanosync.flink.jobs.history.check.Violation;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lives the history of a mistake through in a JVM of its own, which may have the mistake. */
final class ChildHistory {

    private static final long MINUTES = 6;

    private ChildHistory() {}

    static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /**
     * What it printed: how the history ended.
     *
     * @param classes come before the product's; null without a mistake
     */
    static String run(Broken broken, @Nullable Path classes, Path folder) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx2g",
                                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                                "--add-opens=java.base/java.util=ALL-UNNAMED",
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "-cp",
                                (classes == null ? "" : classes + File.pathSeparator)
                                        + classPath()));
        String binaries = System.getProperty("nanosync.test.postgres");
        if (binaries != null) {
            command.add("-Dnanosync.test.postgres=" + binaries);
        }
        command.addAll(
                List.of(
                        ChildHistory.class.getName(),
                        broken.name(),
                        folder.toString(),
                        classes == null ? "1" : "5"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("The process doesn't end: " + output);
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Prints the outcomes of the mistake's history, until one shows it: where a fault meets the
     * stream is a matter of luck.
     */
    public static void main(String[] arguments) throws Exception {
        Plan plan = Broken.valueOf(arguments[0]).plan();
        try (Campaign campaign = new Campaign(Path.of(arguments[1]))) {
            List<Violation> found = List.of();
            for (int i = 0; i < Integer.parseInt(arguments[2]) && found.isEmpty(); i++) {
                found = campaign.live(plan.seeded(plan.seed() + 100 * i)).violations();
            }
            found.forEach(violation -> System.out.println("FOUND " + violation));
            System.out.println(found.isEmpty() ? "ALL KEPT" : "SOME BROKEN");
        }
        System.exit(0);
    }
}

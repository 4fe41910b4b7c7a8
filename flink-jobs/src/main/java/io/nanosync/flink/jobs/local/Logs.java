package io.nanosync.flink.jobs.local;

import java.io.IOException;
import java.nio.file.Path;

/** Where Flink, the server's library and the connector log while a command runs. */
public final class Logs {

    private static final String CONFIGURATION = "classpath:io/nanosync/flink/jobs/local/log4j2.xml";

    private Logs() {}

    /**
     * Keeps what is logged before or without {@link #to} away from the terminal: without a
     * configuration log4j2 prints errors to standard output.
     */
    public static void offTheTerminal() {
        setUnlessSet("log4j2.level", "OFF");
    }

    /**
     * Sends everything that is logged in this process to a file, and what ends a thread, so that
     * the terminal shows the command's own lines only. Must come before any class with a logger is
     * used; the first call counts. A log4j2 configuration given on the command line wins.
     */
    public static void to(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Folders.makePrivate(folder);
        }
        setUnlessSet("nanosync.log.file", file.toAbsolutePath().toString());
        setUnlessSet("log4j2.configurationFile", CONFIGURATION);
        DyingThreads.watch();
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}

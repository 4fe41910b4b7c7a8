package io.nanosync.flink.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sends everything that is logged in this process to a file. */
public final class LogFile {

    private LogFile() {}

    /**
     * Sets the file. Must come before anything logs; the first call counts. A log4j2 configuration
     * given on the command line wins.
     */
    public static void use(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        setUnlessSet("nanosync.log.file", file.toAbsolutePath().toString());
        setUnlessSet("log4j2.configurationFile", "classpath:io/nanosync/flink/jobs/cli/log4j2.xml");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}

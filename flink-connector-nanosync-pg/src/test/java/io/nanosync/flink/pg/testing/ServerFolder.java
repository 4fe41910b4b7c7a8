package io.nanosync.flink.pg.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A temporary folder for servers that are processes of their own, and the guard that ends them.
 *
 * <p>The guard is a small shell process that waits for the end of its standard input, which comes
 * when this object is closed and also when this JVM dies in whatever way. It then kills every
 * process whose command line names the folder and deletes the folder.
 */
final class ServerFolder implements AutoCloseable {

    private static final Duration END = Duration.ofMinutes(2);

    /**
     * The folder comes as the first line of the input, so that the guard's own command line doesn't
     * name it. Signals of a terminal or a time-out go to the whole process group; the guard must
     * outlive them. A postmaster gets SIGQUIT first, by which it takes its children with it.
     */
    private static final String GUARD =
            """
            trap '' HUP INT TERM
            read -r folder || exit 1
            while read -r ignored; do :; done
            processes() {
              printf '%s' "$folder" | grep -lsF -f - /proc/[0-9]*/cmdline | tr -dc '0-9\\n'
            }
            for id in $(processes); do
              case "$(readlink "/proc/$id/exe")" in
                */postgres) kill -QUIT "$id" ;;
                *) kill -KILL "$id" ;;
              esac
            done
            for round in $(seq 100); do
              [ -z "$(processes)" ] && break
              sleep 0.1
            done
            for id in $(processes); do kill -KILL "$id"; done
            rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
            """;

    private final Path path;
    private final Process guard;

    private ServerFolder(Path path, Process guard) {
        this.path = path;
        this.guard = guard;
    }

    static ServerFolder create(String name) {
        try {
            Path path = Files.createTempDirectory("nanosync-" + name + "-").toRealPath();
            Process guard =
                    new ProcessBuilder("setsid", "sh", "-c", GUARD)
                            .directory(new File("/"))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            OutputStream input = guard.getOutputStream();
            input.write((path + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
            return new ServerFolder(path, guard);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a folder for " + name, e);
        }
    }

    Path path() {
        return path;
    }

    /** Ends every process of the folder and deletes it. */
    @Override
    public void close() {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("Cannot remove " + path + " within " + END);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot end the guard of " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

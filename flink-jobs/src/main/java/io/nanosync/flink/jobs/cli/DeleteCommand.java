package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.local.LocalFolder;
import io.nanosync.flink.jobs.local.StateLock;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.Remnant;
import io.nanosync.flink.pg.client.Remnant.Fate;
import io.nanosync.flink.pg.client.Remnant.Kind;
import io.nanosync.flink.pg.client.Remnants;
import io.nanosync.flink.pg.source.PgSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nanosync delete}. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes what a pipeline has made: its slot, its publication, and its state under"
                    + " state_dir. Its next start takes a fresh snapshot.",
            "A slot or publication that the pipeline didn't make stays, and so do the sink's files."
                    + " Says first what it drops, and asks. A pipeline that runs is refused. Can be"
                    + " run again, also when half of it is gone.",
            "Exit code 0: nothing that the pipeline made is left. 1: something is, or nothing was"
                    + " done."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync delete pipeline shop",
            "  nanosync delete pipeline shop -f pipelines.yaml --yes"
        })
final class DeleteCommand implements Callable<Integer> {

    @Mixin private NamedPipeline named = new NamedPipeline();
    @Mixin private AskedCluster asked = new AskedCluster();

    @Option(
            names = {"-y", "--yes"},
            description = "Don't ask.")
    private boolean yes;

    @Option(
            names = "--without-server",
            description =
                    "Don't look at the server, which is gone for good: remove the state alone. Be"
                            + " sure that the pipeline doesn't run anywhere.")
    private boolean withoutServer;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    @SuppressWarnings("try") // The lock is for being held.
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        StateFolder state = StateFolder.of(pipeline, named.all());
        try (StateLock lock = StateLock.take(pipeline, "delete")) {
            requireStopped(pipeline);
            return delete(pipeline, state);
        }
    }

    private int delete(Pipeline pipeline, StateFolder state) throws Exception {
        try (Remnants server = server(pipeline)) {
            tell(pipeline, server.found(), state);
            if (!yes) {
                requireConfirmed();
                // It may have been started while somebody thought about it.
                requireStopped(pipeline);
            }
            // The slot first: while there is state, it is known whose it is.
            List<String> left = drop(server);
            state.remove();
            return end(pipeline, server.found(), left);
        }
    }

    /** Between two attempts of a job on a cluster nobody holds the lock on the server. */
    private void requireStopped(Pipeline pipeline) throws Exception {
        Whereabouts where = asked.find(pipeline);
        RunningElsewhere.refuse(pipeline, where);
        if (where instanceof Whereabouts.Unknown unknown) {
            if (pipeline.isBounded()) {
                // Its job holds no lock on the server either.
                throw RunningElsewhere.untold(
                        pipeline,
                        unknown,
                        "which would lose its state",
                        "Nothing was deleted. Name its cluster by --target URL. ");
            }
            say(
                    "Be sure that the job "
                            + unknown.record().job()
                            + " doesn't run any more: "
                            + unknown.reason());
        }
    }

    private Remnants server(Pipeline pipeline) throws Exception {
        if (pipeline.isBounded()) {
            return new NotAsked(List.of());
        }
        if (withoutServer) {
            return new NotAsked(unknown(pipeline));
        }
        try {
            return PgSource.remnants(pipeline.source());
        } catch (PgException e) {
            if (e.recovery() != PgException.Recovery.RETRY) {
                throw e;
            }
            throw new CommandException(
                    e.getMessage()
                            + ". Nothing was deleted: run it again when the server answers. If it"
                            + " is gone for good, run: "
                            + named.command("delete")
                            + " --without-server",
                    e);
        }
    }

    private static List<Remnant> unknown(Pipeline pipeline) {
        String remark = "the server wasn't asked, and may have it still";
        return List.of(
                new Remnant(Kind.SLOT, pipeline.slot(), Fate.KEPT, remark),
                new Remnant(Kind.PUBLICATION, pipeline.publication(), Fate.KEPT, remark));
    }

    private void tell(Pipeline pipeline, List<Remnant> found, StateFolder state)
            throws IOException {
        say(
                "Pipeline "
                        + pipeline.name()
                        + ", "
                        + pipeline.connection().address()
                        + ", database "
                        + pipeline.connection().database()
                        + ":");
        for (Remnant remnant : found) {
            say("  " + word(remnant.fate()) + remnant.what() + ": " + remnant.remark());
            if (remnant.fate() == Fate.KEPT || remnant.fate() == Fate.OUT_OF_REACH) {
                say("          To drop it run: " + remnant.sql());
            }
        }
        say("  remove  " + state + ": " + state.contents());
        if (pipeline.sink() instanceof SinkConfig.Arrow arrow) {
            say(
                    "  keep    "
                            + sinkFolder(arrow)
                            + ": the sink's files. Empty it before a fresh"
                            + " snapshot");
        }
    }

    private static String word(Fate fate) {
        return switch (fate) {
            case GONE -> "gone    ";
            case DROPPED -> "drop    ";
            case KEPT -> "keep    ";
            case OUT_OF_REACH -> "left    ";
        };
    }

    private static String sinkFolder(SinkConfig.Arrow arrow) {
        java.nio.file.Path local = LocalFolder.of(arrow.path());
        return local == null ? arrow.path() : local.toString();
    }

    private void requireConfirmed() throws CommandException, IOException {
        if (!isConfirmed()) {
            throw new CommandException(
                    "Nothing was deleted. Answer y, or run it with --yes, to delete it");
        }
    }

    private boolean isConfirmed() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.print("Delete it? [y/N] ");
        out.flush();
        @Nullable String answer =
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
                        .readLine();
        return answer != null && answer.strip().matches("(?i)y|yes");
    }

    /** Gives what is left, each with how to drop it. */
    private static List<String> drop(Remnants server) throws IOException, CommandException {
        List<String> left = new ArrayList<>();
        for (Remnant remnant : server.found()) {
            switch (remnant.fate()) {
                case GONE, KEPT -> {}
                case OUT_OF_REACH -> left.add(remnant.what() + ". Run there: " + remnant.sql());
                case DROPPED -> drop(server, remnant);
            }
        }
        return left;
    }

    private static void drop(Remnants server, Remnant remnant)
            throws IOException, CommandException {
        try {
            server.drop(remnant);
        } catch (PgException e) {
            throw new CommandException(
                    e.getMessage()
                            + ". Run this command again. If the role may not, have somebody run"
                            + " before: "
                            + remnant.sql(),
                    e);
        }
    }

    private int end(Pipeline pipeline, List<Remnant> found, List<String> left) {
        if (left.isEmpty()) {
            boolean slotStays =
                    found.stream()
                            .anyMatch(
                                    remnant ->
                                            remnant.fate() == Fate.KEPT
                                                    && remnant.kind() == Kind.SLOT);
            say(
                    pipeline.name()
                            + ": deleted. "
                            + (slotStays
                                    ? "For a fresh snapshot drop the slot that stays as well"
                                    : "Its next start takes a fresh snapshot"));
            return 0;
        }
        PrintWriter err = spec.commandLine().getErr();
        left.forEach(what -> err.println("nanosync: left: " + what));
        err.flush();
        return 1;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    /** The server of a pipeline that has nothing there, or isn't asked. */
    private record NotAsked(List<Remnant> found) implements Remnants {
        @Override
        public void drop(Remnant remnant) {
            throw new IllegalArgumentException("Not to be dropped: " + remnant);
        }

        @Override
        public void close() {}
    }
}

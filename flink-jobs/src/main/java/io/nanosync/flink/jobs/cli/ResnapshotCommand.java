package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PgSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nanosync resnapshot}. */
@Command(
        name = "resnapshot",
        mixinStandardHelpOptions = true,
        description = {
            "Has a pipeline read tables again while its other tables go on where they are: rows"
                    + " that came of these tables are taken back by a truncate first.",
            "A pipeline that runs does so within seconds, going back to its newest checkpoint; one"
                    + " that is stopped when it is started again. It also mends a table that can't"
                    + " be followed any more, since it was altered or made anew."
        },
        footer = {"", "Example:", "  nanosync resnapshot pipeline shop --table public.orders"})
final class ResnapshotCommand implements Callable<Integer> {

    @Mixin private NamedPipeline named = new NamedPipeline();

    @Option(
            names = {"-t", "--table"},
            required = true,
            paramLabel = "SCHEMA.TABLE",
            description = "A table to read again; may be given several times.")
    private List<String> tables = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        List<QualifiedName> again = tables(pipeline);
        try {
            PgSource.readAgain(pipeline.source(), again);
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
        spec.commandLine()
                .getOut()
                .println(
                        pipeline.name()
                                + ": "
                                + again.stream()
                                        .map(QualifiedName::toString)
                                        .collect(Collectors.joining(", "))
                                + " will be read again: within seconds if the pipeline runs, else"
                                + " at its next start");
        if (RetainedState.newest(pipeline.stateDir()).isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            pipeline.name()
                                    + ": no checkpoint or savepoint is in "
                                    + pipeline.stateDir()
                                    + "; started without one, it reads all its tables anyway");
        }
        return 0;
    }

    private List<QualifiedName> tables(Pipeline pipeline) throws CommandException {
        List<QualifiedName> named = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String table : tables) {
            String problem = problem(table, pipeline, named);
            if (problem != null) {
                problems.add(problem);
            }
        }
        if (!problems.isEmpty()) {
            throw new CommandException(String.join("; ", problems));
        }
        return List.copyOf(named);
    }

    private static @Nullable String problem(
            String text, Pipeline pipeline, List<QualifiedName> named) {
        TableSelector selector;
        try {
            selector = TableSelector.parse(text);
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        if (!(selector instanceof TableSelector.Named one)) {
            return "\"" + text + "\" is no table: name each by itself";
        }
        if (!pipeline.captures(one.table())) {
            return "Pipeline "
                    + pipeline.name()
                    + " doesn't capture "
                    + one.table()
                    + "; its tables are "
                    + pipeline.tables();
        }
        named.add(one.table());
        return null;
    }
}

package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.PluginFileSystems;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.source.PgSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nanosync validate}. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a pipelines file, then the servers it names: everything that would fail later,"
                    + " each with what mends it.",
            "Changes nothing. Exit code 0: the pipelines can run. 1: they can't."
        })
final class ValidateCommand implements Callable<Integer> {

    @Mixin private PipelinesArguments arguments = new PipelinesArguments();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        PluginFileSystems.install();
        PipelinesFile file = arguments.read();
        PrintWriter out = spec.commandLine().getOut();
        boolean valid = true;
        for (Pipeline pipeline : arguments.selected(file)) {
            valid &= validate(pipeline, out);
        }
        out.flush();
        return valid ? 0 : 1;
    }

    private static boolean validate(Pipeline pipeline, PrintWriter out) {
        boolean resumes;
        List<Finding> findings;
        try {
            resumes = RetainedState.newest(pipeline).isPresent();
            findings = PgSource.preflight(pipeline.source(), resumes);
        } catch (IOException e) {
            out.println(pipeline.name() + ": can not run");
            out.println("  error: " + FailureMessage.of(e));
            return false;
        }
        boolean valid = !FindingText.hasError(findings);
        out.println(
                pipeline.name()
                        + (valid ? ": can run" : ": can not run")
                        + (valid && resumes ? ", goes on where it left off" : ""));
        findings.forEach(finding -> out.println(FindingText.of(finding)));
        out.println(
                "  server %s, slot %s, publication %s"
                        .formatted(
                                pipeline.connection().address(),
                                pipeline.isBounded() ? "none" : pipeline.slot(),
                                pipeline.isBounded() ? "none" : pipeline.publication()));
        return valid;
    }
}

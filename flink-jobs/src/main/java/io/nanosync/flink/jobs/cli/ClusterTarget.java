package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterException;
import io.nanosync.flink.jobs.cluster.RestTls;
import io.nanosync.flink.jobs.cluster.RunningCluster;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobSettings;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * A session cluster that jobs are submitted to, as {@code flink run} does: the job jar's main class
 * runs here and hands over the job and the jar.
 */
final class ClusterTarget {

    private static final String JAR_PROPERTY = "nanosync.job.jar";

    private final URI address;
    private final RunningCluster cluster;
    private final Path jar;

    private ClusterTarget(URI address, Path jar) throws ClusterException {
        this.address = address;
        this.cluster = new RunningCluster(address);
        this.jar = jar;
    }

    /**
     * A cluster that answers, and runs jobs of this Flink version.
     *
     * @param address {@code http://host:port} or {@code https://host:port}
     */
    static ClusterTarget of(URI address)
            throws CommandException, ClusterException, InterruptedException {
        ClusterTarget target = new ClusterTarget(address, jar());
        target.requireThisVersion();
        return target;
    }

    private static Path jar() throws CommandException {
        Path jar = Path.of(System.getProperty(JAR_PROPERTY, "nanosync-job.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new CommandException(
                    "There is no job jar " + jar + ". Build it: mvn package -DskipTests");
        }
        return jar;
    }

    /** A job is handed over as Java objects of Flink's, which other versions don't read. */
    private void requireThisVersion()
            throws CommandException, ClusterException, InterruptedException {
        String there = cluster.version();
        String here = EnvironmentInformation.getVersion();
        if (!minor(there).equals(minor(here))) {
            throw new CommandException(
                    "The cluster at "
                            + address
                            + " runs Flink "
                            + there
                            + ", and this command hands over jobs of Flink "
                            + here
                            + ". Use the cluster's own: flink run "
                            + jar
                            + " -f FILE");
        }
    }

    private static String minor(String version) {
        return version.replaceFirst("^([0-9]+\\.[0-9]+).*", "$1");
    }

    RunningCluster cluster() {
        return cluster;
    }

    /** Whether the pipeline runs here. */
    Whereabouts find(Pipeline pipeline) throws IOException, InterruptedException {
        return Whereabouts.at(address, pipeline);
    }

    /** Starts a pipeline of the file and gives the job's id. */
    String submit(Path file, Pipeline pipeline)
            throws CommandException, IOException, InterruptedException {
        JobID job = JobID.generate();
        Configuration settings = ownSettings();
        settings.setString("execution.target", "remote");
        settings.setString("execution.attached", "false");
        settings.setString("pipeline.jars", jar.toAbsolutePath().toUri().toString());
        settings.setString("rest.address", address.getHost());
        settings.setString("rest.port", Integer.toString(address.getPort()));
        if (address.getScheme().equals("https")) {
            settings.addAll(RestTls.settings());
        }
        // So that it is known even when the cluster's answer gets lost.
        settings.setString("$internal.pipeline.job-id", job.toHexString());
        try (PackagedProgram program = program(file, pipeline, settings)) {
            ClientUtils.executeProgram(
                    new DefaultExecutorServiceLoader(), settings, program, false, true);
        } catch (ProgramInvocationException e) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " was not started on "
                            + address
                            + ": "
                            + FailureMessage.of(e),
                    e);
        }
        return job.toHexString();
    }

    /** Those of the cluster's that a job takes over; what a job sets itself would win otherwise. */
    Configuration ownSettings() throws ClusterException, InterruptedException {
        Configuration settings = new Configuration();
        cluster.settings()
                .forEach(
                        (key, value) -> {
                            if (JobSettings.givesWayTo(key)) {
                                settings.setString(key, value);
                            }
                        });
        return settings;
    }

    private PackagedProgram program(Path file, Pipeline pipeline, Configuration settings)
            throws ProgramInvocationException {
        return PackagedProgram.newBuilder()
                .setJarFile(jar.toFile())
                .setUserClassPaths(List.of())
                .setConfiguration(settings)
                .setArguments("-f", file.toString(), pipeline.name())
                .build();
    }
}

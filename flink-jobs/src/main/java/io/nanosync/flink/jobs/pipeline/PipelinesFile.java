package io.nanosync.flink.jobs.pipeline;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pipelines file, validated.
 *
 * @param stateDir as a URI of a Flink file system
 * @param stateDirGiven false when it is the default beside the file
 * @param metricsPort null when no metrics are served
 * @param pipelines at least one, in the order of the file
 */
public record PipelinesFile(
        String stateDir,
        boolean stateDirGiven,
        @Nullable Integer metricsPort,
        List<Pipeline> pipelines) {

    /**
     * Reads a file.
     *
     * @param environment what {@code ${env:NAME}} refers to
     * @throws InvalidPipelinesFileException with every problem
     */
    public static PipelinesFile read(Path file, Map<String, String> environment)
            throws InvalidPipelinesFileException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return new PipelinesFileReader(
                        folder == null ? file : folder, new Placeholders(environment))
                .read(file.toString(), text(file));
    }

    private static String text(Path file) throws InvalidPipelinesFileException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw InvalidPipelinesFileException.unreadable(file.toString(), "no such file");
        } catch (CharacterCodingException e) {
            throw InvalidPipelinesFileException.unreadable(file.toString(), "it is not UTF-8");
        } catch (IOException e) {
            throw InvalidPipelinesFileException.unreadable(
                    file.toString(), Files.isDirectory(file) ? "it is a folder" : e.toString());
        }
    }

    /** The pipeline of this name. */
    public Optional<Pipeline> pipeline(String name) {
        return pipelines.stream().filter(pipeline -> pipeline.name().equals(name)).findFirst();
    }
}

package io.nanosync.flink.jobs.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One Markdown file of the project. */
public record Page(Path path, String text) {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern BLOCK =
            Pattern.compile(
                    "^( *)```(\\w+(?: \\w+)?)\\n(.*?)^\\1```$", Pattern.MULTILINE | Pattern.DOTALL);

    /** The page of this path below the project's folder. */
    public static Page of(String path) {
        return read(ROOT.resolve(path));
    }

    /** All pages: those beside the README and those below {@code docs}. */
    static List<Page> all() {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the documentation", e);
        }
    }

    private static Page read(Path path) {
        try {
            return new Page(path, Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    /** Files that the page links to. */
    List<Path> links() {
        Path folder = path.resolveSibling("");
        List<Path> links = new ArrayList<>();
        Matcher matcher = LINK.matcher(text);
        while (matcher.find()) {
            if (!matcher.group(1).contains("://")) {
                links.add(folder.resolve(matcher.group(1)).normalize());
            }
        }
        return links;
    }

    /**
     * The examples in this language ({@code sql}, {@code sql session}), without the indentation of
     * the list they stand in.
     */
    public List<String> examples(String language) {
        List<String> examples = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(2).equals(language)) {
                String indentation = matcher.group(1);
                examples.add(matcher.group(3).replaceAll("(?m)^" + indentation, ""));
            }
        }
        return examples;
    }

    @Override
    public String toString() {
        return ROOT.relativize(path).toString();
    }
}

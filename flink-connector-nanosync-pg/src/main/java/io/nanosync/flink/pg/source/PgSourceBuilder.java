package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.DurationText;
import io.nanosync.flink.pg.config.InvalidConfigException;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.TableSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link PgSource}, see {@link PgSource#builder}. All that is wrong is told at once,
 * by {@link #build} or {@link #config}.
 */
@PublicEvolving
public final class PgSourceBuilder {

    private @Nullable String pipeline;
    private @Nullable String dsn;
    private @Nullable String stateDir;
    private boolean takesRowsBack = true;
    private final List<String> tables = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();

    PgSourceBuilder() {}

    /** The name from which slot and publication get theirs; in every run the same. Required. */
    public PgSourceBuilder pipeline(String name) {
        pipeline = Objects.requireNonNull(name);
        return this;
    }

    /**
     * How to connect: {@code postgres://[user]:[password]@[host]:[port]/[database]?[options]}, with
     * several hosts joined by commas. Required.
     */
    public PgSourceBuilder dsn(String text) {
        dsn = Objects.requireNonNull(text);
        return this;
    }

    /**
     * Captures these too: {@code schema.table}, {@code schema.*}, or one of them behind {@code !}
     * for what is left out. Quoted as in SQL where needed. At least one is required.
     */
    public PgSourceBuilder tables(String... names) {
        tables.addAll(List.of(names));
        return this;
    }

    /**
     * Sets a property of the reference, such as {@code snapshot_workers}.
     *
     * @param value as it stands in a pipelines file
     */
    public PgSourceBuilder property(String name, String value) {
        properties.put(Objects.requireNonNull(name), Objects.requireNonNull(value));
        return this;
    }

    /** See {@link #property(String, String)}. */
    public PgSourceBuilder property(String name, int value) {
        return property(name, Integer.toString(value));
    }

    /** See {@link #property(String, String)}. */
    public PgSourceBuilder property(String name, boolean value) {
        return property(name, Boolean.toString(value));
    }

    /** See {@link #property(String, String)}. */
    public PgSourceBuilder property(String name, Duration value) {
        String text = DurationText.print(value);
        // What has no form there is refused as it is.
        return property(name, value.equals(DurationText.parse(text)) ? text : value.toString());
    }

    /**
     * A folder for this pipeline alone, as a URI of any Flink file system. With one a slot that was
     * asked for and never recorded is found again, a changed schema can wait for somebody to accept
     * it ({@code schema_drift}), and tables can be read again.
     */
    public PgSourceBuilder stateDir(String uri) {
        stateDir = Objects.requireNonNull(uri);
        return this;
    }

    /**
     * The job can't take rows back. Without this a snapshot that is lost begins again behind a
     * truncate; with it the job ends. Tables are added at a restart or removed, not both at once.
     */
    public PgSourceBuilder keepsRows() {
        takesRowsBack = false;
        return this;
    }

    /**
     * The source.
     *
     * @throws InvalidConfigException with everything that is wrong
     */
    public PgSource build() {
        return PgSource.of(config());
    }

    /**
     * The configuration, as {@link PgSource#preflight} and its like take it.
     *
     * @throws InvalidConfigException with everything that is wrong
     */
    public SourceConfig config() {
        List<Problem> problems = new ArrayList<>();
        String name = required("pipeline", pipeline, problems);
        ConnectionConfig connection = connection(problems);
        List<TableSelector> selected = selected(problems);
        Checked<OptionValues> read = OptionValues.of(properties, NameStyle.UNDERSCORE);
        problems.addAll(read.problems());
        checkStateDir(problems);
        OptionValues options = read.value();
        if (options != null
                && options.find(SourceOptions.SCHEMA_DRIFT) == DriftPolicy.PAUSE
                && stateDir == null) {
            problems.add(
                    Problem.of(
                            "schema_drift",
                            "pause waits for somebody who accepts a schema, in a state directory,"
                                    + " and there is none",
                            "one by stateDir(…), or fail"));
        }
        if (!problems.isEmpty() || name == null || connection == null || options == null) {
            throw new InvalidConfigException(problems);
        }
        return new SourceConfig(
                connection, name, selected, options, stateDir, false, takesRowsBack, List.of());
    }

    private @Nullable ConnectionConfig connection(List<Problem> problems) {
        String text = required("dsn", dsn, problems);
        return text == null ? null : OptionType.dsn().read(text, "dsn", problems);
    }

    private void checkStateDir(List<Problem> problems) {
        if (stateDir != null && !isAbsolute(stateDir)) {
            problems.add(
                    Problem.of(
                            "stateDir",
                            "found \"" + stateDir + "\"",
                            "an absolute path or URI of a Flink file system"));
        }
    }

    private static boolean isAbsolute(String uri) {
        try {
            return new Path(uri).isAbsolute();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static @Nullable String required(
            String what, @Nullable String given, List<Problem> problems) {
        if (given != null && !given.isBlank()) {
            return given;
        }
        problems.add(Problem.of(what, "missing"));
        return null;
    }

    private List<TableSelector> selected(List<Problem> problems) {
        if (tables.isEmpty()) {
            problems.add(Problem.of("tables", "missing"));
        }
        List<TableSelector> selected = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (String table : tables) {
            try {
                TableSelector selector = TableSelector.parse(table);
                if (!names.add(selector.toString())) {
                    problems.add(Problem.of("tables", selector + " stands there twice"));
                }
                selected.add(selector);
            } catch (IllegalArgumentException e) {
                problems.add(Problem.of("tables", String.valueOf(e.getMessage())));
            }
        }
        return selected;
    }
}

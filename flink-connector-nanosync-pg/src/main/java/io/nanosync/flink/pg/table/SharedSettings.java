package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.DsnOption;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.table.api.ValidationException;
import org.jspecify.annotations.Nullable;

/** What all scans of a pipeline in a statement must say alike: it is their source's. */
final class SharedSettings {

    /** Each table divides its own rows. */
    private static final Set<SourceOption<?>> OF_ONE_TABLE =
            Set.of(SourceOptions.PARTITION_STRATEGY, SourceOptions.PARTITION_COLUMN);

    private final TableSettings first;

    /** One scan of each table. */
    private final Map<QualifiedName, TableSettings> scans = new HashMap<>();

    private ScanState state;

    /** The table whose rows are kept in the way that counts. */
    private TableSettings kept;

    /**
     * @param tables of which the first scan is
     */
    SharedSettings(TableSettings first, ScanState state, List<QualifiedName> tables) {
        this.first = first;
        this.state = state;
        this.kept = first;
        tables.forEach(table -> scans.put(table, first));
    }

    @Nullable Integer parallelism() {
        return first.parallelism();
    }

    /** By which a savepoint finds the source again. */
    String stateName() {
        return state.name();
    }

    /**
     * Takes another scan.
     *
     * @param tables of which it is
     * @throws ValidationException when it says otherwise; names everything that it does
     */
    void join(TableSettings other, ScanState otherState, List<QualifiedName> tables) {
        List<String> differences = new ArrayList<>();
        differences.addAll(connections(other));
        if (!Objects.equals(first.parallelism(), other.parallelism())) {
            differences.add(
                    difference(
                            TableOptions.PARALLELISM,
                            first,
                            first.parallelism(),
                            other,
                            other.parallelism()));
        }
        for (SourceOption<?> option : SourceOptions.all()) {
            List<TableSettings> earlier =
                    OF_ONE_TABLE.contains(option)
                            ? tables.stream().map(scans::get).filter(Objects::nonNull).toList()
                            : List.of(first);
            Object its = value(other.options(), option);
            for (TableSettings scan : Set.copyOf(earlier)) {
                Object mine = value(scan.options(), option);
                if (!Objects.equals(mine, its)) {
                    differences.add(difference(option, scan, mine, other, its));
                }
            }
        }
        boolean bothChoose =
                state.kept() != ScanState.Kept.AS_NEEDED
                        && otherState.kept() != ScanState.Kept.AS_NEEDED;
        if (bothChoose && state.kept() != otherState.kept()) {
            differences.add(changelogs(other, otherState));
        }
        if (!differences.isEmpty()) {
            throw new ValidationException(
                    "Pipeline "
                            + first.pipeline()
                            + " has several scans in one job, which share its source, slot and"
                            + " publication, and they differ:\n  "
                            + String.join("\n  ", differences)
                            + "\nSay the same for each, or give one its own 'pipeline', in the"
                            + " table's options or as a hint");
        }
        tables.forEach(table -> scans.putIfAbsent(table, other));
        if (state.kept() == ScanState.Kept.AS_NEEDED) {
            state = otherState;
            kept = other;
        }
    }

    private static @Nullable Object value(OptionValues options, SourceOption<?> option) {
        return options.find(option);
    }

    private List<String> connections(TableSettings other) {
        List<String> differences = new ArrayList<>();
        if (!place(first).equals(place(other))) {
            differences.add(
                    "connection: "
                            + place(first)
                            + " for "
                            + first.tables()
                            + ", "
                            + place(other)
                            + " for "
                            + other.tables());
        }
        List<String> names = differing(first.connection(), other.connection());
        if (!names.isEmpty()) {
            differences.add(
                    "connection: not the same for "
                            + first.tables()
                            + " and "
                            + other.tables()
                            + ": "
                            + String.join(", ", names));
        }
        return differences;
    }

    /** What differs beside the place, by name alone: values may be secrets. */
    private static List<String> differing(ConnectionConfig mine, ConnectionConfig its) {
        List<String> names = new ArrayList<>();
        if (!mine.user().equals(its.user())) {
            names.add("role");
        }
        if (!Objects.equals(mine.password(), its.password())) {
            names.add("password");
        }
        if (!mine.connectTimeout().equals(its.connectTimeout())) {
            names.add("connect_timeout");
        }
        if (!mine.applicationName().equals(its.applicationName())) {
            names.add("application_name");
        }
        Set<String> properties = new TreeSet<>(mine.driverProperties().keySet());
        properties.addAll(its.driverProperties().keySet());
        for (String property : properties) {
            if (!Objects.equals(
                    mine.driverProperties().get(property), its.driverProperties().get(property))) {
                names.add(optionOf(property));
            }
        }
        return names;
    }

    /** The name by which it is written; some options are two names of one property. */
    private static String optionOf(String property) {
        return DsnOption.all().stream()
                .filter(option -> property.equals(option.driverName()))
                .map(DsnOption::name)
                .findFirst()
                .orElse(property);
    }

    private static String place(TableSettings table) {
        return table.connection().database() + " on " + table.connection().address();
    }

    private static String difference(
            SourceOption<?> option,
            TableSettings scan,
            @Nullable Object mine,
            TableSettings other,
            @Nullable Object its) {
        return NameStyle.DASH.of(option)
                + ": "
                + text(mine)
                + " for "
                + scan.tables()
                + ", "
                + text(its)
                + " for "
                + other.tables();
    }

    private String changelogs(TableSettings other, ScanState otherState) {
        boolean otherByKey = otherState.kept() == ScanState.Kept.BY_KEY;
        TableSettings byKey = otherByKey ? other : kept;
        TableSettings not = otherByKey ? kept : other;
        return "changelog-mode: of tables under REPLICA IDENTITY FULL, "
                + byKey.tables()
                + " is read as upsert (metadata of changes needs that too), "
                + not.tables()
                + " isn't, and a savepoint tells them apart by the pipeline";
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "none";
        }
        if (value instanceof StartupMode.At at) {
            return "lsn:" + at.lsn();
        }
        if (value instanceof StartupMode mode) {
            return mode.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Duration duration) {
            return duration.toMillis() + " ms";
        }
        return value instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT)
                : value.toString();
    }
}

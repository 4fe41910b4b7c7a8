package io.nanosync.flink.pg.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The options of a connection string. */
record DsnQuery(
        Duration connectTimeout, String applicationName, Map<String, String> driverProperties) {

    private static final String DEFAULT_CONNECT_TIMEOUT = "10";
    private static final String DEFAULT_APPLICATION_NAME = "nanosync";
    private static final OptionType<Integer> SECONDS = OptionType.integer(1, 3600);

    /**
     * A value.
     *
     * @param quoted the same for messages
     */
    private record Given(String value, String quoted, boolean isHidden) {}

    /** Reads {@code name=value&…}; what is wrong is added to {@code problems}. */
    static DsnQuery read(String text, Hidden hidden, List<Problem> problems) {
        Map<String, Given> options = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        int from = 0;
        for (String part : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = part.indexOf('=');
            int nameEnd = from + (equals < 0 ? part.length() : equals);
            int end = from + part.length();
            String name = text.substring(from, nameEnd);
            String value =
                    equals < 0 ? null : PercentEncoding.decode(text.substring(nameEnd + 1, end));
            DsnOption option = DsnOption.of(name);
            if (option == null) {
                problems.add(
                        unknown(
                                name,
                                hidden.quote(text, from, nameEnd, name),
                                hidden.isIn(from, nameEnd)));
            } else if (value == null) {
                problems.add(
                        Problem.of(
                                "dsn",
                                "option " + name + " has no value",
                                name + "=" + option.example()));
            } else if (!seen.add(name)) {
                problems.add(Problem.of("dsn", "option " + name + " stands there twice"));
            } else {
                Given given =
                        new Given(
                                value,
                                hidden.quote(text, nameEnd + 1, end, value),
                                hidden.isIn(nameEnd + 1, end));
                check(option, given, problems);
                options.put(name, given);
            }
            from = end + 1;
        }
        return of(options, problems);
    }

    private static Problem unknown(String name, String quoted, boolean isHidden) {
        String reason = DsnOption.whyNot(name);
        if (reason != null) {
            return Problem.of("dsn", "option " + name + " is not supported: " + reason);
        }
        String nearest = isHidden ? null : NearestName.of(name, DsnOption.names());
        return new Problem(
                "dsn",
                null,
                "unknown option " + quoted,
                nearest == null ? "one of " + String.join(", ", DsnOption.names()) : null,
                nearest);
    }

    private static void check(DsnOption option, Given given, List<Problem> problems) {
        if (!option.choices().isEmpty() && !option.choices().contains(given.value)) {
            problems.add(
                    new Problem(
                            "dsn",
                            null,
                            "option " + option.name() + " is " + given.quoted,
                            OptionType.either(option.choices()),
                            given.isHidden ? null : NearestName.of(given.value, option.choices())));
        }
    }

    private static DsnQuery of(Map<String, Given> options, List<Problem> problems) {
        Given timeout =
                options.getOrDefault(
                        DsnOption.CONNECT_TIMEOUT,
                        new Given(DEFAULT_CONNECT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, false));
        Integer seconds = SECONDS.parse(timeout.value);
        if (seconds == null) {
            problems.add(
                    Problem.of(
                            "dsn",
                            "option connect_timeout is " + timeout.quoted,
                            SECONDS.expected() + " (seconds)"));
            seconds = 1;
        }
        Map<String, String> driver = new TreeMap<>();
        Map<String, String> givenAs = new TreeMap<>();
        for (DsnOption option : DsnOption.all()) {
            Given given = options.get(option.name());
            if (option.driverName() != null && given != null) {
                String earlier = givenAs.put(option.driverName(), option.name());
                if (earlier != null) {
                    problems.add(
                            Problem.of(
                                    "dsn",
                                    "options "
                                            + earlier
                                            + " and "
                                            + option.name()
                                            + " mean the same; one of them is enough"));
                }
                driver.put(option.driverName(), option.driverValue(given.value));
            }
        }
        Given application = options.get(DsnOption.APPLICATION_NAME);
        return new DsnQuery(
                Duration.ofSeconds(seconds),
                application == null ? DEFAULT_APPLICATION_NAME : application.value,
                Map.copyOf(driver));
    }
}

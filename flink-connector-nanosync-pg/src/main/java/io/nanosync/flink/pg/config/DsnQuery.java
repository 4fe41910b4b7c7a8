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

    /** Reads {@code name=value&…}; what is wrong is added to {@code problems}. */
    static DsnQuery read(String text, List<Problem> problems) {
        Map<String, String> options = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (String part : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? null : PercentEncoding.decode(part.substring(equals + 1));
            DsnOption option = DsnOption.of(name);
            if (option == null) {
                problems.add(unknown(name));
            } else if (value == null) {
                problems.add(
                        Problem.of(
                                "dsn",
                                "option " + name + " has no value",
                                name + "=" + option.example()));
            } else if (!seen.add(name)) {
                problems.add(Problem.of("dsn", "option " + name + " stands there twice"));
            } else {
                check(option, value, problems);
                options.put(name, value);
            }
        }
        return of(options, problems);
    }

    private static Problem unknown(String name) {
        String reason = DsnOption.whyNot(name);
        if (reason != null) {
            return Problem.of("dsn", "option " + name + " is not supported: " + reason);
        }
        String nearest = NearestName.of(name, DsnOption.names());
        return new Problem(
                "dsn",
                null,
                "unknown option \"" + name + "\"",
                nearest == null ? "one of " + String.join(", ", DsnOption.names()) : null,
                nearest);
    }

    private static void check(DsnOption option, String value, List<Problem> problems) {
        if (!option.choices().isEmpty() && !option.choices().contains(value)) {
            problems.add(
                    new Problem(
                            "dsn",
                            null,
                            "option " + option.name() + " is \"" + value + "\"",
                            Words.either(option.choices()),
                            NearestName.of(value, option.choices())));
        }
    }

    private static DsnQuery of(Map<String, String> options, List<Problem> problems) {
        String timeout = options.getOrDefault(DsnOption.CONNECT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT);
        Integer seconds = SECONDS.read(timeout);
        if (seconds == null) {
            problems.add(
                    Problem.of(
                            "dsn",
                            "option connect_timeout is \"" + timeout + "\"",
                            SECONDS.expected() + " (seconds)"));
            seconds = 1;
        }
        Map<String, String> driver = new TreeMap<>();
        Map<String, String> givenAs = new TreeMap<>();
        for (DsnOption option : DsnOption.all()) {
            String value = options.get(option.name());
            if (option.driverName() != null && value != null) {
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
                driver.put(option.driverName(), option.driverValue(value));
            }
        }
        return new DsnQuery(
                Duration.ofSeconds(seconds),
                options.getOrDefault(DsnOption.APPLICATION_NAME, DEFAULT_APPLICATION_NAME),
                Map.copyOf(driver));
    }
}

package io.nanosync.flink.jobs.history.load;

/** What the column {@link #COLUMN} of a table holds, by which it is divided: numbers from 0 on. */
enum Spread {
    INT("int", "%s", true),
    BIGINT("bigint", "%s::bigint * 1000000007", true),
    NUMERIC("numeric", "%s / 7.0", true),
    DOUBLE("double precision", "(%s / 8.0)::float8", true),
    DATE("date", "date '1990-01-01' + %s", true),
    TIMESTAMPTZ("timestamptz", "timestamptz '1990-01-01 00:00Z' + %s * interval '1 hour'", true),
    TEXT("text", "'v' || lpad((%s)::text, 6, '0')", false);

    /** In every table. */
    static final String COLUMN = "spread";

    /** All numbers are below. */
    static final int NUMBERS = 10_000;

    private final String type;
    private final String value;
    private final boolean hasNumbers;

    Spread(String type, String value, boolean hasNumbers) {
        this.type = type;
        this.value = value;
        this.hasNumbers = hasNumbers;
    }

    String type() {
        return type;
    }

    /**
     * The value of a number.
     *
     * @param number an expression in SQL of type {@code int}
     */
    String value(String number) {
        return "(" + value.formatted("(" + number + ")") + ")";
    }

    /** Whether it can be divided into equal ranges of values. */
    boolean hasNumbers() {
        return hasNumbers;
    }
}

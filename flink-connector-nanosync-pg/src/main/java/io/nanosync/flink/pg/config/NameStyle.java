package io.nanosync.flink.pg.config;

/** How option names are written. */
public enum NameStyle {
    /** {@code snapshot_workers}: pipelines files. */
    UNDERSCORE('_', "property"),
    /** {@code snapshot-workers}: Flink SQL. */
    DASH('-', "option");

    private final char separator;
    private final String noun;

    NameStyle(char separator, String noun) {
        this.separator = separator;
        this.noun = noun;
    }

    /** What an option is called there. */
    String noun() {
        return noun;
    }

    /** An option's name in this style. */
    public String of(SourceOption<?> option) {
        return option.name().replace('_', separator);
    }
}

package io.nanosync.flink.pg.config;

/** How option names are written. */
public enum NameStyle {
    /** {@code snapshot_workers}: pipelines files. */
    UNDERSCORE('_'),
    /** {@code snapshot-workers}: Flink SQL. */
    DASH('-');

    private final char separator;

    NameStyle(char separator) {
        this.separator = separator;
    }

    /** An option's name in this style. */
    public String of(SourceOption<?> option) {
        return option.name().replace('_', separator);
    }
}

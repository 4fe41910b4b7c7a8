package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.Hidden;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection string whose variables were replaced.
 *
 * @param hidden where their values stand
 */
record DsnText(String text, Hidden hidden) {

    Checked<ConnectionConfig> parse() {
        return Dsn.parse(text, hidden);
    }

    /** Puts one together. */
    static final class Builder {

        private final StringBuilder text = new StringBuilder();
        private final List<Hidden.Stretch> stretches = new ArrayList<>();

        void add(String written) {
            text.append(written);
        }

        /** Adds what stands for a variable. */
        void add(String value, String variable) {
            stretches.add(
                    new Hidden.Stretch(text.length(), text.length() + value.length(), variable));
            text.append(value);
        }

        DsnText build() {
            return new DsnText(text.toString(), new Hidden(List.copyOf(stretches)));
        }
    }
}

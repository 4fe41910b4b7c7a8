package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code startup_mode}. */
final class StartupModeType implements OptionType<StartupMode> {

    private static final String LSN = "lsn:";

    @Override
    public String expected() {
        return "initial, snapshot, latest, slot or lsn: with a position such as lsn:16/B374D848";
    }

    @Override
    public @Nullable StartupMode read(String text) {
        return switch (text) {
            case "initial" -> new StartupMode.Initial();
            case "snapshot" -> new StartupMode.Snapshot();
            case "latest" -> new StartupMode.Latest();
            case "slot" -> new StartupMode.Slot();
            default -> text.startsWith(LSN) ? at(text.substring(LSN.length())) : null;
        };
    }

    private static @Nullable StartupMode at(String lsn) {
        try {
            return new StartupMode.At(Lsn.parse(lsn));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    @Override
    public List<String> choices() {
        return List.of("initial", "snapshot", "latest", "slot");
    }
}

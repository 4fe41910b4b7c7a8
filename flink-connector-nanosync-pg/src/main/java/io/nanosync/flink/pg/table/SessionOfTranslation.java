package io.nanosync.flink.pg.table;

import java.lang.reflect.Field;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The environment of the session behind the one in which Flink's planner translates a statement.
 * From 1.20 to 2.3 that is a class of the planner's own, which keeps it in a field.
 */
final class SessionOfTranslation {

    private static final String TRANSLATION =
            "org.apache.flink.table.planner.utils.DummyStreamExecutionEnvironment";

    private static final String SESSION = "realExecEnv";

    private SessionOfTranslation() {}

    /** Null where it is no environment of a translation, or of a planner that isn't known. */
    static @Nullable StreamExecutionEnvironment of(StreamExecutionEnvironment env) {
        if (!env.getClass().getName().equals(TRANSLATION)) {
            return null;
        }
        try {
            Field session = env.getClass().getDeclaredField(SESSION);
            session.setAccessible(true);
            return (StreamExecutionEnvironment) session.get(env);
        } catch (ReflectiveOperationException unknown) {
            // A planner that keeps it in another way. There scans that it looks at first have a
            // source of their own, and Flink says of the two that they have one uid.
            return null;
        }
    }
}

package io.nanosync.flink.pg.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A password that stands in an environment variable: {@code ${env:NAME}} in its place. */
public final class PasswordVariable {

    private static final Pattern FORM = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)\\}");

    private PasswordVariable() {}

    /** Whether a text names a variable, and so is no secret. */
    public static boolean isIn(String text) {
        return FORM.matcher(text).matches();
    }

    /**
     * The connection with the password of the variable that stands in its place, if one does; null
     * when that isn't set, which is added to {@code problems}.
     *
     * @param path where the password stands
     */
    public static @Nullable ConnectionConfig resolve(
            ConnectionConfig connection,
            Map<String, String> environment,
            String path,
            List<Problem> problems) {
        Secret password = connection.password();
        Matcher variable = FORM.matcher(password == null ? "" : password.reveal());
        if (!variable.matches()) {
            return connection;
        }
        String value = environment.get(variable.group(1));
        if (value == null || value.isEmpty()) {
            problems.add(
                    Problem.of(
                            path,
                            "environment variable "
                                    + variable.group(1)
                                    + " is not set where the statement is planned"));
            return null;
        }
        return connection.as(new Secret(value));
    }
}

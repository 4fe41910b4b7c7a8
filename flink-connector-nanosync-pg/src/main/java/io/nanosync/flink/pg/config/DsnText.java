package io.nanosync.flink.pg.config;

import java.util.List;
import java.util.stream.Collectors;

/** A connection string that {@link Dsn} has found right, as it is written. */
public final class DsnText {

    private static final String SCHEME_END = "://";
    private static final String SECRET_OPTION = "sslpassword=";

    private final String scheme;
    private final String user;
    private final String hosts;
    private final String database;
    private final List<String> options;

    private DsnText(
            String scheme, String user, String hosts, String database, List<String> options) {
        this.scheme = scheme;
        this.user = user;
        this.hosts = hosts;
        this.database = database;
        this.options = options;
    }

    /** Of a valid connection string. */
    public static DsnText of(String dsn) {
        String text = dsn.strip();
        int from = text.indexOf(SCHEME_END) + SCHEME_END.length();
        int question = text.indexOf('?', from);
        String path = question < 0 ? text : text.substring(0, question);
        int at = path.lastIndexOf('@');
        int slash = path.indexOf('/', at);
        return new DsnText(
                text.substring(0, from),
                text.substring(from, at),
                path.substring(at + 1, slash),
                path.substring(slash + 1),
                question < 0 ? List.of() : List.of(text.substring(question + 1).split("&", -1)));
    }

    /** The same to another database. */
    public DsnText to(String otherDatabase) {
        return new DsnText(scheme, user, hosts, PercentEncoding.encode(otherDatabase), options);
    }

    /** The same without its passwords; one that {@link PasswordVariable} names isn't one. */
    public DsnText withoutSecrets() {
        int colon = user.indexOf(':');
        String password = PercentEncoding.decode(user.substring(colon + 1));
        boolean isSecret = password == null || !PasswordVariable.isIn(password);
        return new DsnText(
                scheme,
                colon >= 0 && isSecret ? user.substring(0, colon) : user,
                hosts,
                database,
                options.stream().filter(option -> !option.startsWith(SECRET_OPTION)).toList());
    }

    /** The connection string, with its passwords. */
    public String reveal() {
        String end = options.stream().collect(Collectors.joining("&", "?", ""));
        return scheme + user + "@" + hosts + "/" + database + (options.isEmpty() ? "" : end);
    }

    /** Without passwords. */
    @Override
    public String toString() {
        return withoutSecrets().reveal();
    }
}

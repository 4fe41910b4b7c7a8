package io.nanosync.flink.pg.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads connection strings: {@code
 * postgres://[user]:[password]@[host]:[port]/[database]?[options]}, with several hosts joined by
 * commas and special characters percent-encoded.
 *
 * <p>No problem quotes any part that a misplaced delimiter could have put a password into: of a
 * malformed string nothing is printed, of a well-formed one the names and values of options other
 * than secrets.
 */
public final class Dsn {

    /** What a connection string looks like. */
    public static final String FORM =
            "postgres://[user]:[password]@[host]:[port]/[database]?[options]";

    private static final int DEFAULT_PORT = 5432;
    private static final Pattern SCHEME = Pattern.compile("postgres(ql)?://");
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern IPV6 =
            Pattern.compile("\\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)\\]");
    private static final Pattern HOST =
            Pattern.compile("(\\[[^\\[\\]]*\\]|[^\\[\\]:]*)(?::([^:]*))?");

    private final List<Problem> problems = new ArrayList<>();

    private Dsn() {}

    /**
     * Reads a connection string: the validated whole, or all problems, each with path {@code dsn}.
     */
    public static Checked<ConnectionConfig> parse(String text) {
        return parse(text, Hidden.NOTHING);
    }

    /** The same for a text of which problems mustn't quote everything. */
    public static Checked<ConnectionConfig> parse(String text, Hidden hidden) {
        Dsn reader = new Dsn();
        int blanks = text.length() - text.stripLeading().length();
        ConnectionConfig config = reader.read(text.strip(), hidden.behind(blanks));
        return Checked.of(config, reader.problems);
    }

    private @Nullable ConnectionConfig read(String text, Hidden hidden) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.lookingAt()) {
            return malformed("does not begin with postgres:// or postgresql://");
        }
        String rest = text.substring(scheme.end());
        int authorityEnd = firstOf(rest, "/?");
        String authority = rest.substring(0, authorityEnd);
        int at = authority.lastIndexOf('@');
        if (rest.indexOf('@', authorityEnd) >= 0) {
            return malformed("an @ stands behind the host part");
        }
        if (at < 0) {
            return malformed("no user: there is no @ before the host part");
        }
        int question = rest.indexOf('?', authorityEnd);
        String path = rest.substring(authorityEnd, question < 0 ? rest.length() : question);

        String userInfo = authority.substring(0, at);
        int colon = userInfo.indexOf(':');
        String user = decode("user", colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decode("password", userInfo.substring(colon + 1));
        String database = decode("database", path.isEmpty() ? "" : path.substring(1));
        require(user, "user");
        require(database, "database");
        if (path.indexOf('/', 1) >= 0) {
            malformed("more than one / behind the host part");
        }
        List<ConnectionConfig.Host> hosts = hosts(authority.substring(at + 1));
        DsnQuery query =
                question < 0
                        ? DsnQuery.read("", Hidden.NOTHING, problems)
                        : DsnQuery.read(
                                rest.substring(question + 1),
                                hidden.behind(scheme.end() + question + 1),
                                problems);
        if (!problems.isEmpty()) {
            return null;
        }
        return new ConnectionConfig(
                hosts,
                database,
                user,
                password.isEmpty() ? null : new Secret(password),
                query.connectTimeout(),
                query.applicationName(),
                query.driverProperties());
    }

    private static int firstOf(String text, String delimiters) {
        for (int i = 0; i < text.length(); i++) {
            if (delimiters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private String decode(String part, String encoded) {
        String decoded = PercentEncoding.decode(encoded);
        if (decoded == null) {
            malformed("the " + part + " holds a % that does not begin an encoded character");
            return "?";
        }
        return decoded;
    }

    private void require(String value, String part) {
        if (value.isEmpty()) {
            malformed("no " + part);
        }
    }

    private List<ConnectionConfig.Host> hosts(String text) {
        List<ConnectionConfig.Host> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            ConnectionConfig.Host host = host(one);
            if (host != null) {
                hosts.add(host);
            }
        }
        return hosts;
    }

    private ConnectionConfig.@Nullable Host host(String text) {
        Matcher parts = HOST.matcher(text);
        if (!parts.matches()) {
            return bad("a host holds more than one colon; put an IPv6 address in brackets");
        }
        String name = parts.group(1);
        Matcher ipv6 = IPV6.matcher(name);
        if (name.isEmpty()) {
            return bad("no host");
        }
        if (!ipv6.matches() && !HOST_NAME.matcher(name).matches()) {
            return bad("a host is neither a name nor an address");
        }
        Integer port = port(parts.group(2));
        if (port == null) {
            return bad("a port is not a whole number from 1 to 65535");
        }
        return new ConnectionConfig.Host(ipv6.matches() ? ipv6.group(1) : name, port);
    }

    private static @Nullable Integer port(@Nullable String text) {
        return text == null || text.isEmpty()
                ? Integer.valueOf(DEFAULT_PORT)
                : OptionType.integer(1, 65_535).parse(text);
    }

    private ConnectionConfig.@Nullable Host bad(String what) {
        malformed(what);
        return null;
    }

    private @Nullable ConnectionConfig malformed(String what) {
        problems.add(
                Problem.of(
                        "dsn",
                        "not a connection string: " + what,
                        FORM
                                + " with special characters percent-encoded (@ as %40, : as %3A,"
                                + " / as %2F, ? as %3F, % as %25)"));
        return null;
    }
}

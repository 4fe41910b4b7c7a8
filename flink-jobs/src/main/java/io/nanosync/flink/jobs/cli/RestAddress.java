package io.nanosync.flink.jobs.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;

/** The address in {@code --target}. */
final class RestAddress {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** Somebody's name and password, which Flink's interface doesn't ask for. */
    private static final Pattern LOGIN = Pattern.compile("^([a-z]+://)?.*@");

    private RestAddress() {}

    /**
     * The address without what may be behind it.
     *
     * @throws CommandException when it is none; the message has no password
     */
    static URI of(String text) throws CommandException {
        try {
            URI address = new URI(text);
            if (address.getScheme() != null
                    && SCHEMES.contains(address.getScheme())
                    && address.getHost() != null
                    && address.getPort() >= 0
                    && address.getUserInfo() == null
                    && address.getPath().replace("/", "").isEmpty()) {
                return new URI(
                        address.getScheme(),
                        null,
                        address.getHost(),
                        address.getPort(),
                        null,
                        null,
                        null);
            }
        } catch (URISyntaxException notEvenOne) {
            // Its message has the text.
        }
        throw new CommandException(
                "--target is the REST address of a Flink cluster, for example"
                        + " http://localhost:8081, or https:// and its port behind TLS, not "
                        + LOGIN.matcher(text).replaceAll("$1***@")
                        + ". Behind a path or a login, use: flink run nanosync-job.jar -f FILE");
    }
}

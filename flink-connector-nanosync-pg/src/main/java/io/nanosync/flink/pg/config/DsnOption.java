package io.nanosync.flink.pg.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An option after the {@code ?} of a connection string.
 *
 * @param name as users write it
 * @param driverName pgjdbc's name; null when it isn't handed to the driver under a name of its own
 * @param choices the values it takes; empty for any
 * @param example for the reference
 * @param description one sentence for the reference
 */
public record DsnOption(
        String name,
        @Nullable String driverName,
        List<String> choices,
        String example,
        String description) {

    static final String CONNECT_TIMEOUT = "connect_timeout";
    static final String APPLICATION_NAME = "application_name";

    private static final List<String> SWITCH = List.of("true", "false");

    private static final List<DsnOption> ALL =
            List.of(
                    new DsnOption(
                            "sslmode",
                            "sslmode",
                            List.of("disable", "require", "verify-ca", "verify-full"),
                            "require",
                            "TLS mode: `disable`, `require`, `verify-ca`, `verify-full`. Without"
                                    + " it TLS is used when the server offers it."),
                    any(
                            "sslrootcert",
                            "sslrootcert",
                            "/etc/ssl/ca.crt",
                            "CA certificate (needed for `verify-ca` and `verify-full`)."),
                    any("sslcert", "sslcert", "/etc/ssl/client.crt", "Client certificate."),
                    any(
                            "sslkey",
                            "sslkey",
                            "/etc/ssl/client.pk8",
                            "Key of the client certificate, PKCS-8 in DER form or PKCS-12."),
                    any("sslpassword", "sslpassword", "secret", "Password of that key."),
                    new DsnOption(
                            "sslnegotiation",
                            "sslNegotiation",
                            List.of("postgres", "direct"),
                            "postgres",
                            "How TLS begins; `direct` needs PostgreSQL 17."),
                    any(CONNECT_TIMEOUT, null, "10", "Connection timeout in seconds. Default 10."),
                    any(
                            APPLICATION_NAME,
                            null,
                            "nanosync",
                            "Shown in `pg_stat_activity`. Default `nanosync`."),
                    new DsnOption(
                            "targetServerType",
                            "targetServerType",
                            List.of(
                                    "any",
                                    "primary",
                                    "secondary",
                                    "preferPrimary",
                                    "preferSecondary"),
                            "primary",
                            "Which of several hosts to use."),
                    new DsnOption(
                            "loadBalanceHosts",
                            "loadBalanceHosts",
                            SWITCH,
                            "false",
                            "Try several hosts in random order."),
                    new DsnOption(
                            "channel_binding",
                            "channelBinding",
                            List.of("disable", "prefer", "require"),
                            "prefer",
                            "Channel binding of SCRAM authentication."),
                    any(
                            "require_auth",
                            "requireAuth",
                            "scram-sha-256",
                            "Authentication methods that are accepted, joined by commas."),
                    new DsnOption(
                            "gssencmode",
                            "gssEncMode",
                            List.of("disable", "allow", "prefer", "require"),
                            "disable",
                            "GSSAPI encryption."),
                    any("krbsrvname", "kerberosServerName", "postgres", "Kerberos service name."),
                    any(
                            "options",
                            "options",
                            "-c%20geqo=off",
                            "Server settings at the start of each session."));

    private static DsnOption any(
            String name, @Nullable String driverName, String example, String description) {
        return new DsnOption(name, driverName, List.of(), example, description);
    }

    /** All of them, in the order of the reference. */
    public static List<DsnOption> all() {
        return ALL;
    }

    static @Nullable DsnOption of(String name) {
        return ALL.stream().filter(option -> option.name.equals(name)).findFirst().orElse(null);
    }

    static List<String> names() {
        return ALL.stream().map(DsnOption::name).toList();
    }
}

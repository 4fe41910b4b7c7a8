package io.nanosync.flink.pg.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An option after the {@code ?} of a connection string.
 *
 * @param name as users write it
 * @param driverName pgjdbc's name; null when it isn't handed to the driver under a name of its own
 * @param choices the values it takes; empty for any
 * @param driverChoices pgjdbc's words for them, in the same order; empty where they are the same
 * @param example for the reference
 * @param description one sentence for the reference
 */
public record DsnOption(
        String name,
        @Nullable String driverName,
        List<String> choices,
        List<String> driverChoices,
        String example,
        String description) {

    static final String CONNECT_TIMEOUT = "connect_timeout";
    static final String APPLICATION_NAME = "application_name";

    private static final List<String> SWITCH = List.of("true", "false");

    private static final List<DsnOption> ALL =
            List.of(
                    of(
                            "sslmode",
                            "sslmode",
                            List.of(
                                    "disable",
                                    "allow",
                                    "prefer",
                                    "require",
                                    "verify-ca",
                                    "verify-full"),
                            "require",
                            "TLS mode, as libpq has it. Without it TLS is used when the server"
                                    + " offers it (`prefer`)."),
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
                    of(
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
                    of(
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
                            "target_session_attrs",
                            "targetServerType",
                            List.of(
                                    "any",
                                    "read-write",
                                    "read-only",
                                    "primary",
                                    "standby",
                                    "prefer-standby"),
                            List.of(
                                    "any",
                                    "primary",
                                    "secondary",
                                    "primary",
                                    "secondary",
                                    "preferSecondary"),
                            "primary",
                            "The same in libpq's words."),
                    of(
                            "loadBalanceHosts",
                            "loadBalanceHosts",
                            SWITCH,
                            "false",
                            "Try several hosts in random order."),
                    new DsnOption(
                            "load_balance_hosts",
                            "loadBalanceHosts",
                            List.of("disable", "random"),
                            List.of("false", "true"),
                            "disable",
                            "The same in libpq's words."),
                    of(
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
                    of(
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

    private static final String IN_FRONT = "it stands in front of the ?";
    private static final String ALWAYS_ALIVE =
            "TCP keepalives are always on, a peer that is gone is noticed within a minute; leave it"
                    + " out";
    private static final String IN_STRING =
            "the password stands in the connection string; ${env:NAME} keeps it out of the file";

    /** What people bring along from libpq and what has no meaning here, with the reason. */
    private static final Map<String, String> LIBPQ_ONLY =
            Map.ofEntries(
                    Map.entry("host", IN_FRONT),
                    Map.entry("hostaddr", IN_FRONT),
                    Map.entry("port", IN_FRONT),
                    Map.entry("dbname", IN_FRONT),
                    Map.entry("user", IN_FRONT),
                    Map.entry("password", IN_FRONT),
                    Map.entry("passfile", IN_STRING),
                    Map.entry("service", IN_STRING),
                    Map.entry("keepalives", ALWAYS_ALIVE),
                    Map.entry("keepalives_idle", ALWAYS_ALIVE),
                    Map.entry("keepalives_interval", ALWAYS_ALIVE),
                    Map.entry("keepalives_count", ALWAYS_ALIVE),
                    Map.entry("tcp_user_timeout", ALWAYS_ALIVE),
                    Map.entry("sslcrl", "revocation lists are not looked at; leave it out"),
                    Map.entry("sslcrldir", "revocation lists are not looked at; leave it out"),
                    Map.entry("client_encoding", "it is always UTF-8; leave it out"),
                    Map.entry(
                            "fallback_application_name",
                            "application_name has a default of its own; leave it out"));

    private static DsnOption any(
            String name, @Nullable String driverName, String example, String description) {
        return of(name, driverName, List.of(), example, description);
    }

    private static DsnOption of(
            String name,
            @Nullable String driverName,
            List<String> choices,
            String example,
            String description) {
        return new DsnOption(name, driverName, choices, List.of(), example, description);
    }

    /** The value as the driver has it. */
    String driverValue(String value) {
        int at = choices.indexOf(value);
        return driverChoices.isEmpty() || at < 0 ? value : driverChoices.get(at);
    }

    /** Why an option that libpq has can't be used here; null for any other name. */
    static @Nullable String whyNot(String name) {
        return LIBPQ_ONLY.get(name);
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

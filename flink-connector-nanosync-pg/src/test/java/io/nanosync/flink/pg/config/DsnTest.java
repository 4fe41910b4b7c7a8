package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.ConnectionConfig.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DsnTest {

    private static final String FORM =
            ", expected postgres://[user]:[password]@[host]:[port]/[database]?[options] with"
                + " special characters percent-encoded (@ as %40, : as %3A, / as %2F, ? as %3F, %"
                + " as %25)";

    @Test
    void readsTheFormOfTheReference() {
        assertThat(
                        Dsn.parse("postgres://nanosync:secret@db.prod:5432/mydb?sslmode=require")
                                .orThrow())
                .isEqualTo(
                        new ConnectionConfig(
                                List.of(new Host("db.prod", 5432)),
                                "mydb",
                                "nanosync",
                                new Secret("secret"),
                                Duration.ofSeconds(10),
                                "nanosync",
                                Map.of("sslmode", "require")));
    }

    @Test
    void takesDefaultsForWhatIsLeftOut() {
        ConnectionConfig config = Dsn.parse("postgresql://u@h/d").orThrow();
        assertThat(config.hosts()).containsExactly(new Host("h", 5432));
        assertThat(config.password()).isNull();
        assertThat(config.driverProperties()).isEmpty();
        assertThat(Dsn.parse("postgres://u:@h:/d?").orThrow()).isEqualTo(config);
    }

    @Test
    void readsSeveralHostsAndAddresses() {
        ConnectionConfig config =
                Dsn.parse("postgres://u:p@db-a:5433,db_b,[::1]:5434,[fe80::1%eth0]/d").orThrow();
        assertThat(config.hosts())
                .containsExactly(
                        new Host("db-a", 5433),
                        new Host("db_b", 5432),
                        new Host("::1", 5434),
                        new Host("fe80::1%eth0", 5432));
        assertThat(config.address())
                .isEqualTo("db-a:5433,db_b:5432,[::1]:5434,[fe80::1%eth0]:5432");
    }

    @Test
    void decodesPercentEncoding() {
        ConnectionConfig config =
                Dsn.parse("postgres://a%40b:p%3A%2F%3F%25+%C3%BC@h/my%2Fdb?application_name=x%26y")
                        .orThrow();
        assertThat(config.user()).isEqualTo("a@b");
        assertThat(config.password()).isEqualTo(new Secret("p:/?%+ü"));
        assertThat(config.database()).isEqualTo("my/db");
        assertThat(config.applicationName()).isEqualTo("x&y");
    }

    @Test
    void takesAnAtSignInThePasswordWhereNothingElseCanBeMeant() {
        assertThat(Dsn.parse("postgres://u:p@ss:w@rd#1@h/d").orThrow().password())
                .isEqualTo(new Secret("p@ss:w@rd#1"));
    }

    @Test
    void handsOptionsToTheDriverUnderItsNames() {
        ConnectionConfig config =
                Dsn.parse(
                                "postgres://u:p@h/d?sslmode=verify-full&sslrootcert=/etc/ssl/ca.crt"
                                        + "&sslcert=/c&sslkey=/k&sslpassword=s&connect_timeout=3"
                                        + "&application_name=app&targetServerType=primary"
                                        + "&channel_binding=require&gssencmode=disable"
                                        + "&loadBalanceHosts=true&sslnegotiation=direct"
                                        + "&require_auth=scram-sha-256&krbsrvname=pg"
                                        + "&options=-c%20geqo=off")
                        .orThrow();
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.applicationName()).isEqualTo("app");
        assertThat(config.driverProperties())
                .isEqualTo(
                        Map.ofEntries(
                                Map.entry("sslmode", "verify-full"),
                                Map.entry("sslrootcert", "/etc/ssl/ca.crt"),
                                Map.entry("sslcert", "/c"),
                                Map.entry("sslkey", "/k"),
                                Map.entry("sslpassword", "s"),
                                Map.entry("targetServerType", "primary"),
                                Map.entry("channelBinding", "require"),
                                Map.entry("gssEncMode", "disable"),
                                Map.entry("loadBalanceHosts", "true"),
                                Map.entry("sslNegotiation", "direct"),
                                Map.entry("requireAuth", "scram-sha-256"),
                                Map.entry("kerberosServerName", "pg"),
                                Map.entry("options", "-c geqo=off")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
    void takesEverySslmodeOfLibpq(String mode) {
        assertThat(Dsn.parse("postgres://u@h/d?sslmode=" + mode).orThrow().driverProperties())
                .isEqualTo(Map.of("sslmode", mode));
        assertThat(org.postgresql.jdbc.SslMode.values())
                .extracting(known -> known.value)
                .contains(mode);
    }

    @ParameterizedTest
    @CsvSource({
        "any, any",
        "read-write, primary",
        "primary, primary",
        "read-only, secondary",
        "standby, secondary",
        "prefer-standby, preferSecondary",
    })
    void takesTargetSessionAttrsOfLibpq(String attrs, String driverValue) {
        assertThat(
                        Dsn.parse("postgres://u@h,i/d?target_session_attrs=" + attrs)
                                .orThrow()
                                .driverProperties())
                .isEqualTo(Map.of("targetServerType", driverValue));
        assertThat(org.postgresql.hostchooser.HostRequirement.getTargetServerType(driverValue))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"random, true", "disable, false"})
    void takesLoadBalanceHostsOfLibpq(String hosts, String driverValue) {
        assertThat(
                        Dsn.parse("postgres://u@h,i/d?load_balance_hosts=" + hosts)
                                .orThrow()
                                .driverProperties())
                .isEqualTo(Map.of("loadBalanceHosts", driverValue));
    }

    @Test
    void namesOnlyOptionsThatTheDriverHas() {
        List<String> driver =
                Stream.of(org.postgresql.PGProperty.values())
                        .map(org.postgresql.PGProperty::getName)
                        .toList();
        assertThat(DsnOption.all())
                .allSatisfy(
                        option ->
                                assertThat(
                                                option.driverName() == null
                                                        || driver.contains(option.driverName()))
                                        .as(option.name())
                                        .isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "sslmode=on | option sslmode is \"on\", expected disable, allow, prefer, require,"
                        + " verify-ca or verify-full",
                "sslmode=verify_full | option sslmode is \"verify_full\", expected disable, allow,"
                        + " prefer, require, verify-ca or verify-full; did you mean verify-full?",
                "target_session_attrs=primry | option target_session_attrs is \"primry\","
                        + " expected any, read-write, read-only, primary, standby or"
                        + " prefer-standby; did you mean primary?",
                "targetServerType=any&target_session_attrs=any | options targetServerType and"
                        + " target_session_attrs mean the same; one of them is enough",
                "sslcrl=/crl | option sslcrl is not supported: revocation lists are not looked at;"
                        + " leave it out",
                "keepalives_idle=60 | option keepalives_idle is not supported: TCP keepalives are"
                    + " always on, a peer that is gone is noticed within a minute; leave it out",
                "passfile=~/.pgpass | option passfile is not supported: the password stands in the"
                        + " connection string; ${env:NAME} keeps it out of the file",
                "host=/tmp | option host is not supported: it stands in front of the ?",
                "sslmod=require | unknown option \"sslmod\"; did you mean sslmode?",
                "target_server_type=primary | unknown option \"target_server_type\"; did you mean"
                        + " targetServerType?",
                "connect_timeout=soon | option connect_timeout is \"soon\", expected a whole number"
                        + " from 1 to 3600 (seconds)",
                "sslmode | option sslmode has no value, expected sslmode=require",
                "sslmode=require&sslmode=disable | option sslmode stands there twice",
                "targetServerType=master | option targetServerType is \"master\", expected any,"
                        + " primary, secondary, preferPrimary or preferSecondary"
            })
    void saysWhatIsWrongWithAnOption(String query, String problem) {
        assertThat(problems("postgres://u:p@h/d?" + query)).containsExactly("dsn: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "mysql://u:sEcReT@h/d | does not begin with postgres:// or postgresql://",
                "u:sEcReT@h/d | does not begin with postgres:// or postgresql://",
                "postgres://u:sEcReT@h:54x2/d | a port is not a whole number from 1 to 65535",
                "postgres://u:sEcReT@h:70000/d | a port is not a whole number from 1 to 65535",
                "postgres://u:sEcReTh:5432/d | no user: there is no @ before the host part",
                "postgres://u:sEcReT | no user: there is no @ before the host part",
                "postgres://u:sE/cReT@h/d | an @ stands behind the host part",
                "postgres://u:sE?cReT@h/d | an @ stands behind the host part",
                "postgres://u:x@sE/cReT@h/d | an @ stands behind the host part",
                "postgres://u:sEcReT@/d | no host",
                "postgres://u:sEcReT@h,/d | no host",
                "postgres://u:sEcReT@::1/d | a host holds more than one colon; put an IPv6 address"
                        + " in brackets",
                "postgres://u:sEcReT@h h/d | a host is neither a name nor an address",
                "postgres://u:sEcReT@%2Ftmp/d | a host is neither a name nor an address",
                "postgres://u:sEcReT@h | no database",
                "postgres://u:sEcReT@h/ | no database",
                "postgres://u:sEcReT@h/d/sEcReT | more than one / behind the host part",
                "postgres://:sEcReT@h/d | no user",
                "postgres://u:sEcReT%@h/d | the password holds a % that does not begin an encoded"
                        + " character",
                "postgres://u:sEcReT%zz@h/d | the password holds a % that does not begin an encoded"
                        + " character",
                "postgres://u:sEcReT%00@h/d | the password holds a % that does not begin an encoded"
                        + " character",
                "postgres://u:sEcReT%FF@h/d | the password holds a % that does not begin an encoded"
                        + " character"
            })
    void saysWhatIsWrongWithTheFormAndPrintsNothingOfIt(String dsn, String problem) {
        assertThat(problems(dsn))
                .containsExactly("dsn: not a connection string: " + problem + FORM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://u:sEcReT@h:x/d?y=z",
                "postgres://u:sE&cReT=@h/d?sEcReT@",
                "postgres://u@sEcReT:sEcReT:sEcReT@h:1:2/d",
                "postgres:/u:sEcReT@h/d",
                "postgres://u:sEcReT#@:h/d?sslmode=no",
                "postgres://sEcReT",
                "sEcReT"
            })
    void neverPrintsAPassword(String dsn) {
        assertThat(problems(dsn)).isNotEmpty().noneMatch(problem -> problem.contains("sEcReT"));
    }

    @Test
    void printsNoSecretOfAValidConnection() {
        ConnectionConfig config =
                Dsn.parse("postgres://u:sEcReT@h/d?sslkey=/k&sslpassword=sEcReT").orThrow();
        assertThat(config.toString()).isEqualTo("ConnectionConfig[u@h:5432/d]");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        assertThat(problems("postgres://u:p@h:x,h:y/?sslmode=no&foo=1")).hasSize(5);
    }

    private static List<String> problems(String dsn) {
        Checked<ConnectionConfig> checked = Dsn.parse(dsn);
        return checked.problems().stream().map(Problem::toString).toList();
    }
}

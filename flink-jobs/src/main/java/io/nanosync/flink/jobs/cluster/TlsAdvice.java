package io.nanosync.flink.jobs.cluster;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** What mends a connection by TLS that didn't come about. */
final class TlsAdvice {

    private static final String CONFIGURED =
            " in the configuration of FLINK_CONF_DIR, or NANOSYNC_JAVA_OPTS=-Djavax.net.ssl.";

    private TlsAdvice() {}

    /** A sentence that goes on behind the reason; empty when there is nothing to say. */
    static String of(Throwable failure) {
        if (!(failure instanceof SSLException)) {
            return "";
        }
        if (has(failure, CertificateExpiredException.class)
                || has(failure, CertificateNotYetValidException.class)) {
            return "";
        }
        if (has(failure, CertPathBuilderException.class)
                || has(failure, CertPathValidatorException.class)) {
            return ". Its certificate isn't trusted: name a trust store that has its authority,"
                    + " security.ssl.rest.truststore"
                    + CONFIGURED
                    + "trustStore=FILE";
        }
        if (has(failure, CertificateException.class)) {
            return ". Name it by the host that its certificate is for";
        }
        String said = String.valueOf(failure.getMessage());
        if (said.contains("Unsupported or unrecognized SSL message")
                || said.contains("plaintext connection")) {
            return ". It isn't behind TLS: name it by http://";
        }
        if (said.contains("alert") && !said.contains("protocol_version")) {
            return ". It may want a client certificate: security.ssl.rest.keystore and"
                    + " security.ssl.rest.authentication-enabled"
                    + CONFIGURED
                    + "keyStore=FILE";
        }
        return "";
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}

package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate that a server signed itself, for {@code localhost} and {@code 127.0.0.1}.
 *
 * @param file the certificate, as PEM: what clients take for the authority, too
 * @param key its private key, as PEM
 * @param store both, as a key store or trust store with the password {@value #PASSWORD}
 */
public record TestCertificate(Path file, Path key, Path store) {

    /** Of the store and the key in it. */
    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "server";

    /** Makes one whose files are in the folder. */
    public static TestCertificate createIn(Path folder) {
        try {
            Path store = folder.resolve("server.p12");
            KeyStore keys = keys(store);
            Path certificate = folder.resolve("server.crt");
            Path key = folder.resolve("server.key");
            pem(certificate, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            pem(key, "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            return new TestCertificate(certificate, key, store);
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new AssertionError("Cannot make a certificate in " + folder, e);
        }
    }

    /** Settings of a server that encrypts with it. */
    public Map<String, String> serverSettings() {
        return Map.of(
                "ssl", "on", "ssl_cert_file", file.toString(), "ssl_key_file", key.toString());
    }

    /** Trusts this certificate alone, and shows it where one is asked for. */
    public SSLContext context() {
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD.toCharArray());
            TrustManagerFactory trusted =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("Cannot use " + store, e);
        }
    }

    private static KeyStore keys(Path store)
            throws IOException, GeneralSecurityException, InterruptedException {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                ALIAS,
                                "-keyalg",
                                "RSA",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "SAN=dns:localhost,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .inheritIO()
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool ended with " + keytool.exitValue());
        }
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static void pem(Path path, String kind, byte[] der) throws IOException {
        Files.writeString(
                path,
                "-----BEGIN "
                        + kind
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END "
                        + kind
                        + "-----\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
}

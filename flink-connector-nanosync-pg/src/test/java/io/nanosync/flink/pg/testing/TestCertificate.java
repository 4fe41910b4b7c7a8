package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;

/**
 * A certificate that a server signed itself, for {@code localhost} and {@code 127.0.0.1}.
 *
 * @param file the certificate, as PEM: what clients take for the authority, too
 * @param key its private key, as PEM
 */
public record TestCertificate(Path file, Path key) {

    private static final String ALIAS = "server";
    private static final String PASSWORD = "changeit";

    /** Makes one whose files are in the folder. */
    public static TestCertificate createIn(Path folder) {
        try {
            KeyStore keys = keys(folder.resolve("server.p12"));
            Path certificate = folder.resolve("server.crt");
            Path key = folder.resolve("server.key");
            pem(certificate, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            pem(key, "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            return new TestCertificate(certificate, key);
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new AssertionError("Cannot make a certificate in " + folder, e);
        }
    }

    /** Settings of a server that encrypts with it. */
    public Map<String, String> serverSettings() {
        return Map.of(
                "ssl", "on", "ssl_cert_file", file.toString(), "ssl_key_file", key.toString());
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

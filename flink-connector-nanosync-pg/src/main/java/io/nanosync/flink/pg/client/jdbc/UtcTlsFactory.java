package io.nanosync.flink.pg.client.jdbc;

import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.util.PSQLException;

/** As {@link UtcSocketFactory}, for connections with TLS: the startup message goes through it. */
public final class UtcTlsFactory extends LibPQFactory {

    /** The driver makes it by name, with the properties of the connection. */
    public UtcTlsFactory(Properties properties) throws PSQLException {
        super(properties);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
            throws IOException {
        return new UtcTlsSocket((SSLSocket) super.createSocket(socket, host, port, autoClose));
    }
}

package io.nanosync.flink.pg.client.jdbc;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets for a JVM whose time zone the server doesn't know: the driver sends its name with
 * no way to say another, and is refused. See {@link UtcStartup}.
 */
public final class UtcSocketFactory extends SocketFactory {

    /** The driver makes it by name. */
    public UtcSocketFactory() {}

    @Override
    public Socket createSocket() {
        return new UtcSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected(
                new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return connected(
                new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    private static Socket connected(InetSocketAddress server, @Nullable InetSocketAddress local)
            throws IOException {
        Socket socket = new UtcSocket();
        try {
            socket.bind(local);
            socket.connect(server);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static final class UtcSocket extends Socket {
        private @Nullable OutputStream out;

        @Override
        public synchronized OutputStream getOutputStream() throws IOException {
            OutputStream open = out;
            if (open == null) {
                open = new UtcStartup(super.getOutputStream());
                out = open;
            }
            return open;
        }
    }
}

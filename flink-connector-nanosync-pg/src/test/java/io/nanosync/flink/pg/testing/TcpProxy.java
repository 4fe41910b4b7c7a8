package io.nanosync.flink.pg.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can become a black hole: bytes vanish and nobody is told, as when a host
 * loses its power or a firewall forgets a connection. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

    /** Instead of the version of the protocol. */
    private static final int SSL_REQUEST = 80_877_103;

    /** Those that are open, by their ports. */
    private static final Map<Integer, TcpProxy> OPEN = new ConcurrentHashMap<>();

    private final ServerSocket listener;
    private final int target;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private volatile boolean holed;
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger diverted = new AtomicInteger();
    private volatile @Nullable Diversion diversion;
    private volatile @Nullable Memory memory;
    private final AtomicLong bytesFromServers = new AtomicLong();
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    /** Cuts connections, every one, or makes the next one a black hole. */
    private record Trap(String command, long bytesLater, boolean cuts) {}

    /** How long a connection is remembered on which a command was sent. */
    private record Memory(String command, Duration silence) {}

    /** Where connections go whose startup message contains a text. */
    private record Diversion(String opening, int target) {}

    private TcpProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** A proxy on a free local port in front of another local port. */
    public static TcpProxy to(int target) {
        try {
            TcpProxy proxy =
                    new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
            OPEN.put(proxy.port(), proxy);
            daemon("proxy-accept", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port that a local port leads to when nothing is diverted: itself, without a proxy. */
    public static int behind(int port) {
        TcpProxy proxy = OPEN.get(port);
        return proxy == null ? port : proxy.target;
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Where to connect. */
    public int port() {
        return listener.getLocalPort();
    }

    /** What passes the connections of now vanishes from now on; later ones are well. */
    public void swallowConnectionsOfNow() {
        pairs.forEach(pair -> pair.holed = true);
    }

    /** Whatever is sent vanishes, on connections made later too, until told otherwise. */
    public void swallowEverything(boolean nowHoled) {
        holed = nowHoled;
        if (nowHoled) {
            swallowConnectionsOfNow();
        }
    }

    /** Ends the connections of now on both sides, as when a firewall answers again. */
    public void cutConnectionsOfNow() {
        for (Pair pair : pairs) {
            pairs.remove(pair);
            pair.close();
        }
    }

    /**
     * Ends the connections of now on the side of the clients alone, as a firewall does that forgets
     * them: the servers aren't told.
     */
    public void cutClientsOfNow() {
        for (Pair pair : pairs) {
            pair.holed = true;
            Pair.closeSocket(pair.client);
        }
    }

    /**
     * The next connection on which a client sends this becomes a black hole, so many bytes of
     * answer later.
     */
    public void swallowAfter(String command, long bytesLater) {
        trap.set(new Trap(command, bytesLater, false));
    }

    /** Every connection on which a client sends this ends, so many bytes of answer later. */
    public void cutEachAfter(String command, long bytesLater) {
        trap.set(new Trap(command, bytesLater, true));
    }

    /**
     * Each new connection for replication goes to another local port, as where a load balancer or
     * two names of hosts lead to two servers.
     */
    public void divertReplication(int otherTarget) {
        diversion = new Diversion("replication\0database", otherTarget);
    }

    /** Each new connection goes to another local port. */
    public void divertAll(int otherTarget) {
        diversion = new Diversion("user", otherTarget);
    }

    /** New connections go all to one server again; those that were diverted stay. */
    public void divertNoMore() {
        diversion = null;
    }

    /** What servers send passes no faster than this, on each connection. */
    public void slowDown(long newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
    }

    /** How many bytes servers have sent. */
    public long bytesFromServers() {
        return bytesFromServers.get();
    }

    /** How many connections were diverted. */
    public int diverted() {
        return diverted.get();
    }

    /** How many connections were made. */
    public int connections() {
        return connections.get();
    }

    /**
     * A connection on which a client has sent this command, and that is silent for so long behind
     * it, is forgotten, as by a firewall or a load balancer: the server notices that the other side
     * is gone and ends the session, the client isn't told.
     */
    public void forgetAfter(String command, Duration silence) {
        memory = new Memory(command, silence);
        daemon("proxy-forget", this::forget);
    }

    private void forget() {
        while (!listener.isClosed()) {
            for (Pair pair : pairs) {
                Memory of = pair.memory;
                if (of != null
                        && !pair.holed
                        && System.nanoTime() - pair.heardAtNanos > of.silence().toNanos()) {
                    pair.holed = true;
                    Pair.closeSocket(pair.server);
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** Whether a connection was taken by {@link #swallowAfter}. */
    public boolean hasSwallowed() {
        return trap.get() == null && pairs.stream().anyMatch(pair -> pair.holed);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                connections.incrementAndGet();
                Pair pair = new Pair(client, new Socket());
                pair.holed = holed;
                pairs.add(pair);
                daemon("proxy-connect", () -> start(pair));
            }
        } catch (IOException closed) {
            pairs.forEach(Pair::close);
        }
    }

    private void start(Pair pair) {
        try {
            Diversion other = diversion;
            byte[] opening = other == null ? new byte[0] : opening(pair.client);
            boolean goesThere = other != null && contains(opening, other.opening());
            if (goesThere) {
                diverted.incrementAndGet();
            }
            pair.server.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), goesThere ? other.target() : target));
            pair.server.getOutputStream().write(opening);
            daemon("proxy-up", () -> pump(pair, pair.client, pair.server, true));
            daemon("proxy-down", () -> pump(pair, pair.server, pair.client, false));
        } catch (IOException refused) {
            end(pair);
        }
    }

    /** The startup message; one that asks for TLS before it is told that there is none. */
    private static byte[] opening(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (true) {
            int length = in.readInt();
            byte[] message = ByteBuffer.allocate(length).putInt(length).array();
            in.readFully(message, Integer.BYTES, length - Integer.BYTES);
            if (ByteBuffer.wrap(message).getInt(Integer.BYTES) != SSL_REQUEST) {
                return message;
            }
            client.getOutputStream().write('N');
        }
    }

    private static boolean contains(byte[] message, String text) {
        return new String(message, StandardCharsets.ISO_8859_1).contains(text);
    }

    private void pump(Pair pair, Socket from, Socket to, boolean fromClient) {
        byte[] buffer = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                pair.heardAtNanos = System.nanoTime();
                if (fromClient) {
                    arm(pair, new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
                } else if (pair.armed) {
                    pair.bytesLeft -= length;
                    if (pair.bytesLeft < 0 && pair.cut) {
                        pair.hangUp();
                        return;
                    }
                    pair.holed |= pair.bytesLeft < 0;
                }
                if (!pair.holed && !pair.hungUp) {
                    out.write(buffer, 0, length);
                }
                if (!fromClient) {
                    bytesFromServers.addAndGet(length);
                    LockSupport.parkNanos(
                            TimeUnit.SECONDS.toNanos(1) / Math.max(1, bytesPerSecond / length));
                }
            }
        } catch (IOException broken) {
            if (pair.hungUp && fromClient) {
                drain(from);
            }
            // Ends below, as an orderly end does.
        }
        if (!pair.holed) {
            end(pair);
        }
    }

    /** Reads to the end: closing with bytes unread would reset the connection. */
    private static void drain(Socket from) {
        try {
            from.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException closed) {
            // What was to be waited for.
        }
    }

    private void arm(Pair pair, String sent) {
        Memory of = memory;
        if (of != null && sent.contains(of.command())) {
            pair.memory = of;
        }
        Trap set = trap.get();
        if (set != null
                && sent.contains(set.command())
                && (set.cuts() || trap.compareAndSet(set, null))) {
            pair.bytesLeft = set.bytesLater();
            pair.cut = set.cuts();
            pair.armed = true;
        }
    }

    private void end(Pair pair) {
        pairs.remove(pair);
        pair.close();
    }

    /** Ends all connections. */
    @Override
    public void close() {
        OPEN.remove(port());
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pairs.forEach(Pair::close);
    }

    private static final class Pair {
        final Socket client;
        final Socket server;
        volatile boolean holed;
        volatile boolean armed;
        volatile boolean hungUp;
        volatile long heardAtNanos = System.nanoTime();
        volatile @Nullable Memory memory;

        /** Written before {@link #armed}, later by the thread that reads from the server. */
        long bytesLeft;

        /** Written before {@link #armed}. */
        boolean cut;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        /** The server is gone; the client still gets all that was sent before, then the end. */
        void hangUp() throws IOException {
            hungUp = true;
            client.shutdownOutput();
            closeSocket(server);
        }

        void close() {
            closeSocket(client);
            closeSocket(server);
        }

        private static void closeSocket(@Nullable Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

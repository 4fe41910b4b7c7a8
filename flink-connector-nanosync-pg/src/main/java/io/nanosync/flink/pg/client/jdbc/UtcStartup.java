package io.nanosync.flink.pg.client.jdbc;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the driver writes to a server, with {@code UTC} for {@code TimeZone} in the startup message.
 * All else goes through as it is: requests for encryption before it, everything after it.
 *
 * <p>Wire: length (4 bytes, itself included), protocol version (4 bytes, major in the upper two),
 * names and values ended by a zero byte each, one zero byte at the end.
 *
 * <p>Source: PostgreSQL, "Message Formats", StartupMessage, SSLRequest, GSSENCRequest.
 */
final class UtcStartup extends FilterOutputStream {

    private static final int HEADER_BYTES = 8;
    private static final int LONGEST_BYTES = 1 << 16;
    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private boolean begun;

    UtcStartup(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (begun) {
            out.write(bytes, offset, length);
            return;
        }
        head.write(bytes, offset, length);
        if (head.size() >= HEADER_BYTES) {
            begin(head.toByteArray());
        }
    }

    private void begin(byte[] written) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(written);
        int length = buffer.getInt();
        int code = buffer.getInt();
        if (length == HEADER_BYTES && (code == SSL_REQUEST || code == GSS_REQUEST)) {
            out.write(written, 0, HEADER_BYTES);
            head.reset();
            write(written, HEADER_BYTES, written.length - HEADER_BYTES);
            return;
        }
        boolean isStartup = code >>> 16 == 3 && length > HEADER_BYTES && length < LONGEST_BYTES;
        if (isStartup && written.length < length) {
            return;
        }
        begun = true;
        head.reset();
        int rest = 0;
        if (isStartup) {
            out.write(inUtc(ByteBuffer.wrap(written, 0, length)));
            rest = length;
        }
        out.write(written, rest, written.length - rest);
    }

    private static byte[] inUtc(ByteBuffer startup) {
        ByteArrayOutputStream parameters = new ByteArrayOutputStream();
        startup.position(HEADER_BYTES);
        String name = text(startup);
        while (!name.isEmpty()) {
            String value = text(startup);
            add(parameters, name);
            add(parameters, name.equals("TimeZone") ? "UTC" : value);
            name = text(startup);
        }
        parameters.write(0);
        return ByteBuffer.allocate(HEADER_BYTES + parameters.size())
                .putInt(HEADER_BYTES + parameters.size())
                .putInt(startup.getInt(Integer.BYTES))
                .put(parameters.toByteArray())
                .array();
    }

    private static String text(ByteBuffer startup) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte next = startup.get(); next != 0; next = startup.get()) {
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static void add(ByteArrayOutputStream parameters, String text) {
        parameters.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        parameters.write(0);
    }
}

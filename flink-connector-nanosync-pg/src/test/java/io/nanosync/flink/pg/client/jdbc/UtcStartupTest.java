package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UtcStartupTest {

    private static byte[] startup(String zone) {
        byte[] text =
                ("user\0u\0database\0d\0TimeZone\0" + zone + "\0application_name\0TimeZone\0\0")
                        .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length)
                .putInt(8 + text.length)
                .putInt(3 << 16)
                .put(text)
                .array();
    }

    private static byte[] sslRequest() {
        return ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** What comes out of what was written in pieces of such a size. */
    private static byte[] through(int pieceBytes, byte[] written) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (UtcStartup startup = new UtcStartup(out)) {
            for (int at = 0; at < written.length; at += pieceBytes) {
                startup.write(written, at, Math.min(pieceBytes, written.length - at));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 1000})
    void putsUtcIntoTheStartupMessageAndLeavesTheRest(int pieceBytes) throws IOException {
        byte[] later = startup("JST");
        assertThat(through(pieceBytes, joined(sslRequest(), startup("JST"), later)))
                .isEqualTo(joined(sslRequest(), startup("UTC"), later));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 1000})
    void leavesTlsAndOtherRequestsAsTheyAre(int pieceBytes) throws IOException {
        byte[] hello = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        assertThat(through(pieceBytes, joined(sslRequest(), hello)))
                .isEqualTo(joined(sslRequest(), hello));
        byte[] cancel = ByteBuffer.allocate(16).putInt(16).putInt(80_877_102).putLong(1).array();
        assertThat(through(pieceBytes, cancel)).isEqualTo(cancel);
    }
}

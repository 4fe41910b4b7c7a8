package io.nanosync.flink.pg.wire.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.MessageBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class PgOutputDecoderPropertyTest {

    @Property(tries = 3000)
    void randomBytesAreAMessageOrMalformed(@ForAll("messages") byte[] bytes) {
        decodeOrRefuse(bytes);
    }

    /** An empty message is none: 13 sends one. */
    @Property(tries = 300)
    void everyCutOfAnUpdateIsMalformed(@ForAll("columns") List<Byte> kinds) {
        byte[] whole = update(kinds);
        new PgOutputDecoder().decode(ByteBuffer.wrap(whole), new RecordingHandler());
        for (int length = 1; length < whole.length; length++) {
            assertThat(decodeOrRefuse(Arrays.copyOf(whole, length))).isFalse();
        }
    }

    @Property(tries = 300)
    void tuplesComeOutAsTheyWentIn(@ForAll("columns") List<Byte> kinds) {
        RecordingHandler handler = new RecordingHandler();
        new PgOutputDecoder().decode(ByteBuffer.wrap(update(kinds)), handler);
        List<String> expected = new ArrayList<>();
        for (byte kind : kinds) {
            expected.add(kind == 'n' || kind == 'u' ? "" + (char) kind : (char) kind + ":v");
        }
        assertThat(handler.calls).containsExactly("update 1 O" + expected + " " + expected);
    }

    private static byte[] update(List<Byte> kinds) {
        MessageBytes message = new MessageBytes().int8('U').int32(1);
        for (char tuple : new char[] {'O', 'N'}) {
            message.int8(tuple).int16(kinds.size());
            for (byte kind : kinds) {
                message.int8(kind);
                if (kind == 't' || kind == 'b') {
                    message.counted((byte) 'v');
                }
            }
        }
        return message.array();
    }

    private static boolean decodeOrRefuse(byte[] bytes) {
        try {
            new PgOutputDecoder().decode(ByteBuffer.wrap(bytes), new RecordingHandler());
            return true;
        } catch (MalformedMessageException e) {
            assertThat(e).hasMessageMatching("(?s)(Malformed|Unknown|Unexpected) .+");
            return false;
        } catch (RuntimeException e) {
            return fail("Not a MalformedMessageException", e);
        }
    }

    /** A known message type and then mostly small bytes, so that lengths are often plausible. */
    @Provide
    Arbitrary<byte[]> messages() {
        Arbitrary<Byte> types =
                Arbitraries.of('B', 'C', 'R', 'I', 'U', 'D', 'T', 'M', 'Y', 'O', 'A')
                        .map(c -> (byte) (char) c);
        Arbitrary<Byte> anything =
                Arbitraries.frequencyOf(
                        Tuple.of(4, Arbitraries.just((byte) 0)),
                        Tuple.of(2, Arbitraries.bytes().between((byte) 0, (byte) 4)),
                        Tuple.of(
                                3,
                                Arbitraries.of('N', 'K', 'O', 'n', 't', 'b')
                                        .map(c -> (byte) (char) c)),
                        Tuple.of(1, Arbitraries.bytes()));
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(60),
                types.flatMap(
                        type ->
                                anything.array(byte[].class)
                                        .ofMaxSize(60)
                                        .map(rest -> prepend(type, rest))));
    }

    private static byte[] prepend(byte first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    @Provide
    Arbitrary<List<Byte>> columns() {
        return Arbitraries.of((byte) 'n', (byte) 'u', (byte) 't', (byte) 'b').list().ofMaxSize(40);
    }
}

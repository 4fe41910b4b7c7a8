package io.nanosync.flink.pg.wire.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.MessageBytes;
import io.nanosync.flink.pg.wire.TupleSlice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CopyBinaryDecoderTest {

    private static final byte[] SIGNATURE = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
    };

    private final CopyBinaryDecoder decoder = new CopyBinaryDecoder();
    private final TupleSlice tuple = new TupleSlice();

    @Test
    void readsTheHeaderTogetherWithTheFirstRow() {
        assertThat(next(header().int16(2).counted((byte) 7).int32(-1))).isTrue();
        assertThat(tuple.count()).isEqualTo(2);
        assertThat(tuple.kind(0)).isEqualTo(TupleSlice.BINARY);
        assertThat(tuple.length(0)).isEqualTo(1);
        assertThat(tuple.buffer().get(tuple.offset(0))).isEqualTo((byte) 7);
        assertThat(tuple.kind(1)).isEqualTo(TupleSlice.NULL);
    }

    @Test
    void readsRowsAndTrailer() {
        assertThat(next(header().int16(1).counted((byte) 1))).isTrue();
        assertThat(next(new MessageBytes().int16(1).counted())).isTrue();
        assertThat(tuple.length(0)).isZero();
        assertThat(tuple.kind(0)).isEqualTo(TupleSlice.BINARY);
        assertThat(next(new MessageBytes().int16(-1))).isFalse();
        decoder.finish();
    }

    @Test
    void readsAnEmptyTable() {
        assertThat(next(header().int16(-1))).isFalse();
        decoder.finish();
    }

    @Test
    void readsAHeaderThatComesAlone() {
        assertThat(next(header())).isFalse();
        assertThat(next(new MessageBytes().int16(1).counted((byte) 1))).isTrue();
        assertThatThrownBy(decoder::finish).hasMessageContaining("ended without the trailer");
    }

    @Test
    void readsRowsWithoutColumns() {
        assertThat(next(header().int16(0))).isTrue();
        assertThat(tuple.count()).isZero();
    }

    @Test
    void passesOverTheHeaderExtension() {
        assertThat(
                        next(
                                new MessageBytes()
                                        .bytes(SIGNATURE)
                                        .int32(0x0000_8001)
                                        .counted((byte) 1, (byte) 2)
                                        .int16(-1)))
                .isFalse();
        decoder.finish();
    }

    @Test
    void refusesCriticalFlags() {
        assertThatThrownBy(() -> next(new MessageBytes().bytes(SIGNATURE).int32(1 << 16).int32(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Malformed COPY message: flags at offset 14: expected no bit above 15,"
                                + " found 0x00010000");
    }

    @Test
    void refusesAnotherSignature() {
        assertThatThrownBy(() -> next(new MessageBytes().string("PGCOPY\r\n__").int32(0).int32(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("signature");
    }

    @Test
    void refusesTextFormat() {
        assertThatThrownBy(() -> next(new MessageBytes().string("1\tone two three\n")))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("another byte at offset 0");
    }

    @Test
    void refusesRowsBehindTheTrailer() {
        next(header().int16(-1));
        assertThatThrownBy(() -> next(new MessageBytes().int16(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("message behind the trailer");
    }

    @Test
    void refusesTwoRowsInOneMessage() {
        assertThatThrownBy(() -> next(header().int16(0).int16(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("expected no more bytes, found 2");
    }

    @Test
    void refusesLengthsBelowNull() {
        assertThatThrownBy(() -> next(header().int16(1).int32(-2)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("expected a length of at least 0, found -2");
        CopyBinaryDecoder another = new CopyBinaryDecoder();
        assertThatThrownBy(() -> another.next(header().int16(-2).buffer(), tuple))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("expected at least 0, or -1, found -2");
    }

    @Test
    void reportsDataThatNeverBegan() {
        assertThatThrownBy(decoder::finish)
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("ended without header and trailer");
    }

    @Test
    void refusesEveryCutOfARow() {
        byte[] row = new MessageBytes().int16(2).counted((byte) 1).counted((byte) 2).array();
        next(header());
        for (int length = 0; length < row.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(row, length));
            assertThatThrownBy(() -> decoder.next(cut, tuple))
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    @Property(tries = 2000)
    void randomBytesAreARowOrMalformed(@ForAll byte[] bytes) {
        CopyBinaryDecoder decoder = new CopyBinaryDecoder();
        TupleSlice tuple = new TupleSlice();
        decoder.next(header().buffer(), tuple);
        try {
            decoder.next(ByteBuffer.wrap(bytes), tuple);
        } catch (MalformedMessageException e) {
            assertThat(e).hasMessageStartingWith("Malformed COPY message: ");
        } catch (RuntimeException e) {
            fail("Not a MalformedMessageException", e);
        }
    }

    private boolean next(MessageBytes message) {
        return decoder.next(message.buffer(), tuple);
    }

    private static MessageBytes header() {
        return new MessageBytes().bytes(SIGNATURE).int32(0).int32(0);
    }
}

package io.nanosync.flink.pg.wire.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import io.nanosync.flink.pg.wire.MessageBytes;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PgOutputDecoderTest {

    private final PgOutputDecoder decoder = new PgOutputDecoder();
    private final RecordingHandler handler = new RecordingHandler();

    @Test
    void readsBegin() {
        decode(new MessageBytes().int8('B').int64(0x16_B374_D848L).int64(0).int32(-2));
        assertThat(handler.calls)
                .containsExactly(
                        new Begin(Lsn.parse("16/B374D848"), 946_684_800_000_000L, 0xFFFF_FFFE));
    }

    @Test
    void readsCommit() {
        decode(new MessageBytes().int8('C').int8(0).int64(1).int64(2).int64(-1));
        assertThat(handler.calls)
                .containsExactly(new Commit(new Lsn(1), new Lsn(2), 946_684_799_999_999L));
    }

    @Test
    void readsRelation() {
        decode(
                new MessageBytes()
                        .int8('R')
                        .int32(16384)
                        .string("public")
                        .string("Grüße")
                        .int8('d')
                        .int16(2)
                        .int8(1)
                        .string("id")
                        .int32(20)
                        .int32(-1)
                        .int8(0)
                        .string("total")
                        .int32(1700)
                        .int32(786438));
        assertThat(handler.calls)
                .containsExactly(
                        new RelationMessage(
                                16384,
                                new QualifiedName("public", "Grüße"),
                                ReplicaIdentity.DEFAULT,
                                List.of(
                                        new RelationColumn("id", true, 20, -1),
                                        new RelationColumn("total", false, 1700, 786438))));
    }

    @Test
    void readsAnEmptyNamespaceAsPgCatalog() {
        decode(new MessageBytes().int8('R').int32(1).string("").string("t").int8('n').int16(0));
        assertThat(handler.calls)
                .containsExactly(
                        new RelationMessage(
                                1,
                                new QualifiedName("pg_catalog", "t"),
                                ReplicaIdentity.NOTHING,
                                List.of()));
    }

    @Test
    void readsInsertWithEveryKindOfColumn() {
        decode(
                new MessageBytes()
                        .int8('I')
                        .int32(7)
                        .int8('N')
                        .int16(5)
                        .text("abc")
                        .binary((byte) 'x')
                        .int8('n')
                        .int8('u')
                        .text(""));
        assertThat(handler.calls).containsExactly("insert 7 [t:abc, b:x, n, u, t:]");
    }

    @Test
    void readsUpdateWithoutOldTuple() {
        decode(new MessageBytes().int8('U').int32(7).int8('N').int16(1).text("new"));
        assertThat(handler.calls).containsExactly("update 7 none [t:new]");
    }

    @Test
    void readsUpdateWithKeyTuple() {
        decode(
                new MessageBytes()
                        .int8('U')
                        .int32(7)
                        .int8('K')
                        .int16(2)
                        .text("old")
                        .int8('n')
                        .int8('N')
                        .int16(2)
                        .text("new")
                        .int8('u'));
        assertThat(handler.calls).containsExactly("update 7 K[t:old, n] [t:new, u]");
    }

    @Test
    void readsUpdateWithOldTuple() {
        decode(
                new MessageBytes()
                        .int8('U')
                        .int32(7)
                        .int8('O')
                        .int16(1)
                        .text("old")
                        .int8('N')
                        .int16(1)
                        .text("new"));
        assertThat(handler.calls).containsExactly("update 7 O[t:old] [t:new]");
    }

    @ParameterizedTest
    @CsvSource({"K", "O"})
    void readsDelete(char kind) {
        decode(new MessageBytes().int8('D').int32(7).int8(kind).int16(2).text("1").int8('n'));
        assertThat(handler.calls).containsExactly("delete 7 " + kind + "[t:1, n]");
    }

    @ParameterizedTest
    @CsvSource({"0, false, false", "1, true, false", "2, false, true", "3, true, true"})
    void readsTruncate(int options, boolean cascade, boolean restartIdentity) {
        decode(new MessageBytes().int8('T').int32(2).int8(options).int32(8).int32(-1));
        assertThat(handler.calls)
                .containsExactly(new Truncate(List.of(8, -1), cascade, restartIdentity));
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true"})
    void readsMessage(int flags, boolean transactional) {
        decode(
                new MessageBytes()
                        .int8('M')
                        .int8(flags)
                        .int64(99)
                        .string("nanosync")
                        .counted((byte) 1, (byte) 0, (byte) 2));
        assertThat(handler.calls)
                .containsExactly(new LogicalMessage(transactional, new Lsn(99), "nanosync"));
    }

    @Test
    void tellsOrigin() {
        decode(new MessageBytes().int8('O').int64(1).string("node_a"));
        assertThat(handler.calls).containsExactly("origin node_a");
    }

    @Test
    void passesOverType() {
        decode(new MessageBytes().int8('Y').int32(16400).string("public").string("mood"));
        assertThat(handler.calls).isEmpty();
    }

    @Test
    void passesOverStreamAbortThatPostgres18SendsUnasked() {
        decode(new MessageBytes().int8('A').int32(700).int32(701));
        decode(new MessageBytes().int8('A').int32(700).int32(701).int64(1).int64(2));
        assertThat(handler.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "S, Stream Start",
        "E, Stream Stop",
        "c, Stream Commit",
        "b, Begin Prepare",
        "P, Prepare",
        "K, Commit Prepared",
        "r, Rollback Prepared",
        "p, Stream Prepare"
    })
    void refusesWhatProtocolVersion1DoesNotHave(char type, String name) {
        assertThatThrownBy(() -> decode(new MessageBytes().int8(type).int32(1).int8(1)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Unexpected pgoutput message " + name + " '" + type + "'")
                .hasMessageContaining("proto_version '1'");
    }

    @Test
    void refusesAnUnknownMessageByLetterAndNumber() {
        assertThatThrownBy(() -> decode(new MessageBytes().int8('z')))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Unknown pgoutput message 'z' (0x7A) at offset 0");
        assertThatThrownBy(() -> decode(new MessageBytes().int8(0x80)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Unknown pgoutput message 0x80");
    }

    @Test
    void namesMessageOffsetExpectedAndFound() {
        assertThatThrownBy(
                        () ->
                                decode(
                                        new MessageBytes()
                                                .int8('I')
                                                .int32(7)
                                                .int8('N')
                                                .int16(1)
                                                .int8('t')
                                                .int32(100)
                                                .int8(1)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Malformed Insert message: value of a column at offset 13: expected 100"
                                + " bytes, found 1");
        assertThatThrownBy(
                        () ->
                                decode(
                                        new MessageBytes()
                                                .int8('D')
                                                .int32(7)
                                                .int8('K')
                                                .int16(1)
                                                .int8('q')))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Malformed Delete message: kind of column 1 at offset 8: expected n, u, t"
                                + " or b, found 'q' (0x71)");
    }

    @Test
    void refusesNegativeLengths() {
        assertThatThrownBy(
                        () ->
                                decode(
                                        new MessageBytes()
                                                .int8('I')
                                                .int32(7)
                                                .int8('N')
                                                .int16(1)
                                                .int8('b')
                                                .int32(-1)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("expected a length of at least 0, found -1");
        assertThatThrownBy(() -> decode(new MessageBytes().int8('T').int32(-1).int8(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("number of relations");
    }

    @Test
    void refusesBytesBehindTheMessage() {
        assertThatThrownBy(
                        () ->
                                decode(
                                        new MessageBytes()
                                                .int8('B')
                                                .int64(1)
                                                .int64(2)
                                                .int32(3)
                                                .int8(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Begin message: end at offset 21: expected no more bytes");
        assertThat(handler.calls).isEmpty();
    }

    @Test
    void refusesNamesThatAreNotUtf8() {
        assertThatThrownBy(
                        () ->
                                decode(
                                        new MessageBytes()
                                                .int8('O')
                                                .int64(1)
                                                .bytes((byte) 0xFF, (byte) 0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("expected a string in UTF-8");
    }

    @Test
    void leavesPositionAndLimitOfTheBuffer() {
        ByteBuffer message =
                new MessageBytes().int8('U').int32(7).int8('N').int16(1).text("new").buffer();
        int position = message.position();
        int limit = message.limit();
        decoder.decode(message, handler);
        assertThat(message.position()).isEqualTo(position);
        assertThat(message.limit()).isEqualTo(limit);
    }

    @Test
    void refusesABufferThatTupleSlicesCannotPointInto() {
        ByteBuffer direct = ByteBuffer.allocateDirect(1);
        ByteBuffer littleEndian = ByteBuffer.allocate(1).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> decoder.decode(direct, handler))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decoder.decode(littleEndian, handler))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void decode(MessageBytes message) {
        decoder.decode(message.buffer(), handler);
    }
}

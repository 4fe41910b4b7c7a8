package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.AlteredTypeException;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MalformedValuesTest {

    private static final PgType INT4 = PgType.base(23, "int4");

    @ParameterizedTest
    @CsvSource({
        "bool, 1",
        "int2, 2",
        "int4, 4",
        "int8, 8",
        "oid, 4",
        "float4, 4",
        "float8, 8",
        "money, 8",
        "date, 4",
        "time, 8",
        "timestamp, 8",
        "timestamptz, 8",
        "uuid, 16",
        "timetz, 12",
        "interval, 16",
        "macaddr, 6",
        "macaddr8, 8",
        "pg_lsn, 8",
        "xid, 4",
        "xid8, 8",
        "tid, 6",
        "char, 1"
    })
    void aWrongLengthNamesTypeExpectedAndFound(String type, int bytes) {
        for (int found : new int[] {bytes - 1, bytes + 1}) {
            assertThatThrownBy(() -> Decoded.as(type).binary(new byte[found]))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessage(
                            "Cannot decode a binary value of type %s: expected %s bytes, found %s",
                            type, bytes, found);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bool, 02",
        "date, 7fffffe6",
        "date, 80000001",
        "time, ffffffffffffffff",
        "time, 000000141dd76001",
        "timestamp, 7ffffffffffffffe",
        "timestamptz, 8000000000000001",
        "timetz, 0000000000000000 00015180",
        "jsonb, 027b7d",
        "jsonb, ''",
        "jsonpath, 0224",
        "bit, 00000009 00",
        "bit, ffffffff",
        "inet, 02 20 00 10 00000000000000000000000000000001",
        "inet, 04 20 00 04 7f000001",
        "point, 0000000000000000",
        "polygon, 7fffffff 0000000000000000",
        "tsvector, 00000001 61",
        "tsquery, 00000001 02 02",
        "tsquery, 00000002 01 00 00 6100 01 00 00 6200",
        "tsquery, 00000001 03 00 00",
        "numeric, 0001 0000 0000 0000 2710",
        "numeric, 0001 0000 1000 0000 0001",
        "int2vector, 00000002 00000000 00000015",
        "pg_snapshot, 00000009 0000000000000000 0000000000000000"
    })
    void otherBytesThanTheTypeHasAreRefused(String type, String hex) {
        assertThatThrownBy(() -> Decoded.as(type).binary(hex))
                .isInstanceOf(MalformedMessageException.class)
                .message()
                .matches("Cannot decode a (binary )?value of type " + type + ": expected .*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bool | true",
                "bool | ''",
                "int2 | 32768",
                "int2 | -32769",
                "int2 | 99999",
                "int4 | 1x",
                "int4 | ''",
                "int4 | -",
                "int8 | 9223372036854775808",
                "int8 | -9223372036854775809",
                "int8 | 99999999999999999999",
                "oid | -1",
                "oid | 4294967296",
                "float8 | 0x1p3",
                "float8 | 1d",
                "float8 | 1e",
                "float4 | nan",
                "money | 1.50",
                "money | $1.5",
                "money | $92,233,720,368,547,758.08",
                "date | 2000-02-30",
                "date | 1900-02-29",
                "date | 0000-01-01",
                "date | 2000-01-01 AD",
                "date | 2000-13-01",
                "date | 5874898-01-01",
                "date | 4714-11-23 BC",
                "time | 24:00:00.000001",
                "time | 12:60:00",
                "time | 12:00",
                "timestamp | 2000-01-01T00:00:00",
                "timestamp | 2000-01-01 00:00:00+00",
                "timestamp | 294277-01-01 00:00:00",
                "timestamptz | 2000-01-01 00:00:00",
                "timestamptz | 999999999999-01-01 00:00:00+00",
                "uuid | 00112233445566778899aabbccddeeff",
                "uuid | 00112233-4455-6677-8899-aabbccddeefg",
                "bytea | \\x0",
                "bytea | \\x0g",
                "bytea | \\08a",
                "bytea | \\400"
            })
    void otherTextThanTheTypeHasIsRefusedWithoutTellingIt(String type, String text) {
        assertThatThrownBy(() -> Decoded.as(type).text(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageMatching(
                        "Cannot decode a (text )?value of type "
                                + type
                                + ": expected .*, found ([0-9]+ bytes that aren't|days outside of"
                                + " it|some outside of it)");
    }

    @Test
    void aTypeWhoseBinaryFormSaysTooLittleIsRefusedInBinary() {
        assertThat(Decoded.as("regclass").text("pg_class")).isEqualTo("pg_class");
        assertThat(TypeMapping.of(PgType.base(2205, "regclass"), -1).decodesBinary()).isFalse();
        assertThatThrownBy(() -> Decoded.as("regclass").binary("000004eb"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Cannot decode a binary value of type regclass: expected its text form,"
                                + " found its binary form, which isn't understood");
    }

    @Test
    void anArrayOfOtherElementsIsRefused() {
        PgType array = made("_int4", PgType.Kind.ARRAY, INT4, List.of());
        assertThat(
                        Decoded.as(array, -1)
                                .binary(
                                        "00000001 00000000 00000017 00000001 00000001 00000004"
                                                + " 00000007"))
                .isEqualTo("{7}");
        assertThatThrownBy(
                        () ->
                                Decoded.as(array, -1)
                                        .binary(
                                                "00000001 00000000 00000019 00000001 00000001"
                                                        + " 00000004 00000007"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Cannot decode a binary value of type _int4: expected elements of type OID"
                                + " 23, found another type");
    }

    @Test
    void aCompositeWithOtherFieldsIsRefused() {
        PgType row =
                made(
                        "public.pair",
                        PgType.Kind.COMPOSITE,
                        null,
                        List.of(new PgType.Attribute("a", INT4, -1)));
        assertThat(Decoded.as(row, -1).binary("00000001 00000017 00000004 00000007"))
                .isEqualTo("(7)");
        assertThatThrownBy(
                        () ->
                                Decoded.as(row, -1)
                                        .binary("00000002 00000017 ffffffff 00000017 ffffffff"))
                .isInstanceOf(AlteredTypeException.class)
                .hasMessageStartingWith(
                        "type public.pair was altered after this pipeline began (expected 1"
                                + " fields, found 2 fields)");
        assertThatThrownBy(() -> Decoded.as(row, -1).binary("00000001 00000019 ffffffff"))
                .isInstanceOf(AlteredTypeException.class)
                .hasMessage(
                        "type public.pair was altered after this pipeline began (expected field 1"
                                + " of type int4, found another type's OID), which nothing"
                                + " announces. What was written since comes so even when that is"
                                + " undone: only a fresh snapshot gets over it");
    }

    @Test
    void aQueryOfAnyDepthIsRendered() {
        int depth = 20_000;
        byte[] query = new byte[4 + depth * 2 + 5];
        ByteBuffer bytes = ByteBuffer.wrap(query).putInt(depth + 1);
        for (int i = 0; i < depth; i++) {
            bytes.put((byte) 2).put((byte) 1);
        }
        bytes.put(new byte[] {1, 0, 0, 'a', 0});
        assertThat(Decoded.as("tsquery").binary(query)).isEqualTo("!".repeat(depth) + "'a'");
    }

    private static PgType made(
            String name,
            PgType.Kind kind,
            @Nullable PgType element,
            List<PgType.Attribute> attributes) {
        return new PgType(100_000, name, kind, element, ',', attributes, true);
    }
}

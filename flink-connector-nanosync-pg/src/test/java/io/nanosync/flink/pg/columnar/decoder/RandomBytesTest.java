package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.AlteredTypeException;
import io.nanosync.flink.pg.columnar.decoder.text.TextForms;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/** Whatever the bytes are, a decoder appends one value or says what is wrong with them. */
final class RandomBytesTest {

    private static final PgType INT4 = PgType.base(23, "int4");
    private static final PgType TEXT = PgType.base(25, "text");

    @Property(tries = 40_000)
    void decodersThrowOnlyWhatTheyPromise(
            @ForAll("types") Tuple2<PgType, Integer> type,
            @ForAll("values") byte[] value,
            @ForAll boolean binary) {
        TypeMapping mapping = TypeMapping.of(type.get1(), type.get2());
        ColumnDecoder decoder = mapping.decoder(Unrepresentable.failing());
        ByteBuffer buffer = ByteBuffer.wrap(value);
        try {
            if (binary) {
                decoder.binary(buffer, 0, value.length);
            } else {
                decoder.text(buffer, 0, value.length);
            }
            assertThat(decoder.vector().count()).isEqualTo(1);
        } catch (MalformedMessageException e) {
            assertThat(e).hasMessageStartingWith("Cannot decode a ");
        } catch (UnrepresentableValueException e) {
            assertThat(e).hasMessageContaining("doesn't fit");
        } catch (AlteredTypeException e) {
            assertThat(e).hasMessageContaining("type made_up was altered");
        }
    }

    @Provide
    Arbitrary<Tuple2<PgType, Integer>> types() {
        List<Tuple2<PgType, Integer>> types = new ArrayList<>();
        for (String name : TextForms.builtIn()) {
            types.add(Tuple.of(PgType.base(0, name), -1));
        }
        for (String name : TextForms.extensions()) {
            types.add(Tuple.of(PgType.base(0, "public." + name), -1));
        }
        PgType numeric = PgType.base(1700, "numeric");
        for (int[] shape : new int[][] {{1, 0}, {18, 3}, {38, 9}, {76, 76}}) {
            types.add(Tuple.of(numeric, Decoded.numericTypmod(shape[0], shape[1])));
        }
        PgType range = of(PgType.Kind.RANGE, INT4, List.of());
        types.add(Tuple.of(of(PgType.Kind.ARRAY, INT4, List.of()), -1));
        types.add(Tuple.of(of(PgType.Kind.ARRAY, TEXT, List.of()), -1));
        types.add(Tuple.of(range, -1));
        types.add(Tuple.of(of(PgType.Kind.MULTIRANGE, range, List.of()), -1));
        types.add(Tuple.of(of(PgType.Kind.ENUM, null, List.of()), -1));
        types.add(Tuple.of(of(PgType.Kind.PSEUDO, null, List.of()), -1));
        types.add(
                Tuple.of(
                        of(
                                PgType.Kind.COMPOSITE,
                                null,
                                List.of(
                                        new PgType.Attribute("a", INT4, -1),
                                        new PgType.Attribute("b", TEXT, -1))),
                        -1));
        return Arbitraries.of(types);
    }

    private static PgType of(
            PgType.Kind kind, @Nullable PgType element, List<PgType.Attribute> attributes) {
        return new PgType(100, "made_up", kind, element, ',', attributes, true);
    }

    /** Bytes that look like counts, lengths, OIDs and digits come up often. */
    @Provide
    Arbitrary<byte[]> values() {
        Arbitrary<Byte> likely =
                Arbitraries.of(
                        (byte) 0,
                        (byte) 1,
                        (byte) 2,
                        (byte) 4,
                        (byte) 23,
                        (byte) 25,
                        (byte) -1,
                        (byte) '0',
                        (byte) '9',
                        (byte) '-',
                        (byte) '.',
                        (byte) ':',
                        (byte) ' ');
        return Arbitraries.oneOf(likely, likely, Arbitraries.bytes())
                .array(byte[].class)
                .ofMinSize(0)
                .ofMaxSize(40);
    }
}

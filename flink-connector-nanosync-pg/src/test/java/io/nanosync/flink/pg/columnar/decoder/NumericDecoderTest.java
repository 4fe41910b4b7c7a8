package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.math.BigDecimal;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;

final class NumericDecoderTest {

    @Test
    void readsDigitsOfBaseTenThousand() {
        // 12345.67: digits 1, 2345, 6700; weight 1; positive; scale 2.
        assertThat(Decoded.numeric(12, 2).binary("0003 0001 0000 0002 0001 0929 1a2c"))
                .isEqualTo(new BigDecimal("12345.67"));
        assertThat(Decoded.numeric(12, 2).binary("0003 0001 4000 0002 0001 0929 1a2c"))
                .isEqualTo(new BigDecimal("-12345.67"));
    }

    @Test
    void padsGroupsThatPostgresStrips() {
        // 10000 ^ 2: digit 1, weight 2.
        assertThat(Decoded.numeric(12, 2).binary("0001 0002 0000 0002 0001"))
                .isEqualTo(new BigDecimal("100000000.00"));
        assertThat(Decoded.numeric(12, 2).binary("0000 0000 0000 0002"))
                .isEqualTo(new BigDecimal("0.00"));
        // 0.01: digit 100, weight -1.
        assertThat(Decoded.numeric(12, 2).binary("0001 ffff 0000 0002 0064"))
                .isEqualTo(new BigDecimal("0.01"));
        // 0.00001: digit 1000, weight -2.
        assertThat(Decoded.numeric(12, 5).binary("0001 fffe 0000 0005 03e8"))
                .isEqualTo(new BigDecimal("0.00001"));
    }

    @Test
    void textAndBinaryOfManyDigitsAgreeWithBigDecimal() {
        String digits = "7".repeat(40) + "." + "123456789".repeat(4);
        assertThat(Decoded.numeric(76, 36).text(digits)).isEqualTo(new BigDecimal(digits));
        assertThat(Decoded.numeric(76, 36).text("-" + digits))
                .isEqualTo(new BigDecimal("-" + digits));
        assertThat(Decoded.numeric(38, 0).text("-" + "9".repeat(38)))
                .isEqualTo(new BigDecimal("-" + "9".repeat(38)));
        assertThat(Decoded.numeric(18, 18).text("0." + "9".repeat(18)))
                .isEqualTo(new BigDecimal("0." + "9".repeat(18)));
        assertThat(Decoded.numeric(5, 2).text("-0.05")).isEqualTo(new BigDecimal("-0.05"));
    }

    @Test
    void whatDoesNotFitIsUnrepresentable() {
        Decoded decoded = Decoded.numeric(5, 2);
        for (String text : new String[] {"NaN", "Infinity", "-Infinity", "1000", "0.001"}) {
            assertThatThrownBy(() -> decoded.text(text))
                    .isInstanceOf(UnrepresentableValueException.class)
                    .hasMessageEndingWith("doesn't fit Decimal128(5, 2)");
        }
        for (String hex :
                new String[] {
                    "0000 0000 c000 0000",
                    "0000 0000 d000 0020",
                    "0000 0000 f000 0020",
                    "0001 0000 0000 0000 03e8",
                    "0001 0001 0000 0000 0001",
                    "0001 7fff 0000 0000 0001",
                    "0001 ffff 0000 0003 000a",
                    "0001 fffe 0000 0008 0001",
                    "0001 8000 0000 0008 0001"
                }) {
            assertThatThrownBy(() -> decoded.binary(hex))
                    .isInstanceOf(UnrepresentableValueException.class)
                    .hasMessageEndingWith("doesn't fit Decimal128(5, 2)");
        }
    }

    @Test
    void nullingCountsWhatDoesNotFit() {
        Unrepresentable nulling = Unrepresentable.nulling();
        assertThat(Decoded.numeric(5, 2).nulling(nulling).text("NaN")).isNull();
        assertThat(nulling.count()).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrongWithTheBytes() {
        assertThatThrownBy(() -> Decoded.numeric(5, 2).binary("0001 00"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Cannot decode a binary value of type numeric: expected at least 8 bytes,"
                                + " found 3 bytes");
        assertThatThrownBy(() -> Decoded.numeric(5, 2).binary("0002 0000 0000 0000 0001"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Cannot decode a binary value of type numeric: expected 12 bytes, found"
                                + " 10");
    }

    @Test
    void onlyShapesThatArrowHasBecomeDecimals() {
        PgType numeric = PgType.base(1700, "numeric");
        assertThat(TypeMapping.of(numeric, Decoded.numericTypmod(38, 38)).arrow())
                .isEqualTo(new ArrowType.Decimal(38, 38, 128));
        assertThat(TypeMapping.of(numeric, Decoded.numericTypmod(39, 0)).arrow())
                .isEqualTo(new ArrowType.Decimal(39, 0, 256));
        for (int typmod :
                new int[] {
                    -1,
                    Decoded.numericTypmod(77, 0),
                    Decoded.numericTypmod(5, -2),
                    Decoded.numericTypmod(2, 5)
                }) {
            assertThat(TypeMapping.of(numeric, typmod).arrow()).isEqualTo(ArrowType.Utf8.INSTANCE);
        }
    }
}

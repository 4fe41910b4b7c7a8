package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

/** Floating point numbers inside arrays are printed digit by digit as PostgreSQL prints them. */
@ExtendWith(OracleSessions.class)
final class FloatOracleTest {

    private static final int RANDOM_VALUES = 20_000;

    static IntStream versions() {
        return TestPostgres.VERSIONS.stream().mapToInt(Integer::intValue);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyBitPatternHasTheShortestTextOfPostgres(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        session.execute("CREATE TABLE numbers (i int4, d float8, f float4)");
        load(session, doubles(new Random(major)), floats(new Random(major)));
        for (String column : List.of("d", "f")) {
            session.assertExactText(
                    session.types().named(column.equals("d") ? "float8[]" : "float4[]"),
                    "SELECT array_agg(" + column + ") FROM numbers GROUP BY i / 8 ORDER BY 1");
        }
    }

    private static List<Double> doubles(Random random) {
        List<Double> values = new ArrayList<>();
        for (int exponent = 0; exponent < 2048; exponent++) {
            long bits = (long) exponent << 52;
            for (long near : new long[] {bits - 1, bits, bits + 1, bits + (1L << 51)}) {
                values.add(Double.longBitsToDouble(near));
                values.add(Double.longBitsToDouble(near | Long.MIN_VALUE));
            }
        }
        for (int power = -330; power <= 308; power++) {
            double ten = Double.parseDouble("1e" + power);
            values.add(ten);
            values.add(Math.nextUp(ten));
            values.add(Math.nextDown(ten));
            values.add(ten * 5);
        }
        for (int i = 0; i < RANDOM_VALUES; i++) {
            values.add(Double.longBitsToDouble(random.nextLong()));
            values.add((double) (random.nextLong() >> random.nextInt(64)));
            values.add(random.nextInt(2_000_000) / 1000.0);
            values.add(random.nextInt(1 << 20) / (double) (1L << random.nextInt(60)));
        }
        return values;
    }

    private static List<Float> floats(Random random) {
        List<Float> values = new ArrayList<>();
        for (int exponent = 0; exponent < 256; exponent++) {
            int bits = exponent << 23;
            for (int near : new int[] {bits - 1, bits, bits + 1, bits + (1 << 22)}) {
                values.add(Float.intBitsToFloat(near));
                values.add(Float.intBitsToFloat(near | Integer.MIN_VALUE));
            }
        }
        for (int power = -46; power <= 38; power++) {
            float ten = Float.parseFloat("1e" + power);
            values.add(ten);
            values.add(Math.nextUp(ten));
            values.add(Math.nextDown(ten));
        }
        for (int i = 0; i < RANDOM_VALUES; i++) {
            values.add(Float.intBitsToFloat(random.nextInt()));
            values.add((float) (random.nextInt() >> random.nextInt(32)));
            values.add(random.nextInt(2_000_000) / 1000.0f);
            values.add(random.nextInt(1 << 16) / (float) (1L << random.nextInt(40)));
        }
        return values;
    }

    private static void load(OracleSession session, List<Double> doubles, List<Float> floats)
            throws SQLException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream copy = new DataOutputStream(bytes);
        copy.writeBytes("PGCOPY\n\u00ff\r\n\0");
        copy.writeInt(0);
        copy.writeInt(0);
        for (int i = 0; i < doubles.size(); i++) {
            copy.writeShort(3);
            copy.writeInt(4);
            copy.writeInt(i);
            copy.writeInt(8);
            copy.writeLong(Double.doubleToRawLongBits(doubles.get(i)));
            copy.writeInt(4);
            copy.writeInt(Float.floatToRawIntBits(floats.get(i % floats.size())));
        }
        copy.writeShort(-1);
        session.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY numbers FROM STDIN (FORMAT binary)",
                        new ByteArrayInputStream(bytes.toByteArray()));
    }
}

package io.nanosync.flink.pg.columnar.decoder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** One column of a query, as PostgreSQL itself sends it: in binary and in text form. */
record ServerValues(List<byte @Nullable []> binary, List<byte @Nullable []> text) {

    private static final int COPY_HEADER_BYTES = 19;

    /** Both forms of a query's only column. */
    static ServerValues of(Connection connection, String query) throws SQLException, IOException {
        return new ServerValues(binary(connection, query), text(connection, query));
    }

    static List<byte @Nullable []> binary(Connection connection, String query)
            throws SQLException, IOException {
        ByteBuffer copy = ByteBuffer.wrap(copy(connection, query, "(FORMAT binary)"));
        copy.position(COPY_HEADER_BYTES);
        List<byte @Nullable []> values = new ArrayList<>();
        while (copy.getShort() == 1) {
            int length = copy.getInt();
            byte[] value = length < 0 ? null : new byte[length];
            if (value != null) {
                copy.get(value);
            }
            values.add(value);
        }
        return values;
    }

    static List<byte @Nullable []> text(Connection connection, String query)
            throws SQLException, IOException {
        byte[] copy = copy(connection, query, "");
        List<byte @Nullable []> values = new ArrayList<>();
        for (int at = 0; at < copy.length; ) {
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            boolean isNull = false;
            for (; copy[at] != '\n'; at++) {
                if (copy[at] != '\\') {
                    value.write(copy[at]);
                } else if (copy[++at] == 'N') {
                    isNull = true;
                } else {
                    value.write(unescaped(copy[at]));
                }
            }
            at++;
            values.add(isNull ? null : value.toByteArray());
        }
        return values;
    }

    private static int unescaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            default -> letter;
        };
    }

    private static byte[] copy(Connection connection, String query, String options)
            throws SQLException, IOException {
        CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copies.copyOut("COPY (" + query + ") TO STDOUT " + options, bytes);
        return bytes.toByteArray();
    }
}

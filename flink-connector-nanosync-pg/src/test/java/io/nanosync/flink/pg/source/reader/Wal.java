package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes pgoutput messages for tests: tables {@code public.<name>} with columns {@code id bigint}
 * (key) and {@code note text}.
 */
final class Wal {

    private Wal() {}

    interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static ByteBuffer message(char kind, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind);
            body.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    static ByteBuffer begin(long commitLsn, int xid) {
        return message(
                'B',
                out -> {
                    out.writeLong(commitLsn);
                    out.writeLong(0);
                    out.writeInt(xid);
                });
    }

    static ByteBuffer commit(long commitLsn, long endLsn) {
        return message(
                'C',
                out -> {
                    out.writeByte(0);
                    out.writeLong(commitLsn);
                    out.writeLong(endLsn);
                    out.writeLong(0);
                });
    }

    static ByteBuffer relation(int oid, String name, String... columns) {
        return relation(oid, name, "id", columns);
    }

    /** The Relation message of a table without replica identity. */
    static ByteBuffer keyless(int oid, String name, String... columns) {
        return relation(oid, name, "", columns);
    }

    private static ByteBuffer relation(int oid, String name, String keyColumn, String[] columns) {
        return message(
                'R',
                out -> {
                    out.writeInt(oid);
                    text(out, "public");
                    text(out, name);
                    out.writeByte('d');
                    out.writeShort(columns.length);
                    for (String column : columns) {
                        out.writeByte(column.equals(keyColumn) ? 1 : 0);
                        text(out, column);
                        out.writeInt(column.equals("id") ? 20 : 25);
                        out.writeInt(-1);
                    }
                });
    }

    static ByteBuffer insert(int oid, long id) {
        return message(
                'I',
                out -> {
                    out.writeInt(oid);
                    out.writeByte('N');
                    row(out, id);
                });
    }

    /** An insert of any table, all of it nulls. */
    static ByteBuffer insertOfNulls(int oid, int columns) {
        return message(
                'I',
                out -> {
                    out.writeInt(oid);
                    out.writeByte('N');
                    nulls(out, columns);
                });
    }

    /** A delete of any table under REPLICA IDENTITY FULL, all of it nulls. */
    /** Under an identity that isn't FULL. */
    static ByteBuffer deleteOfNulls(int oid, int columns) {
        return deleteOfNulls(oid, 'K', columns);
    }

    /**
     * @param kind O for a whole old row, K for one of the identity's columns
     */
    static ByteBuffer deleteOfNulls(int oid, char kind, int columns) {
        return message(
                'D',
                out -> {
                    out.writeInt(oid);
                    out.writeByte(kind);
                    nulls(out, columns);
                });
    }

    private static void nulls(DataOutputStream out, int columns) throws IOException {
        out.writeShort(columns);
        for (int i = 0; i < columns; i++) {
            out.writeByte('n');
        }
    }

    /** An insert with a note. */
    static ByteBuffer insert(int oid, long id, byte[] note) {
        return message(
                'I',
                out -> {
                    out.writeInt(oid);
                    out.writeByte('N');
                    out.writeShort(2);
                    out.writeByte('b');
                    out.writeInt(8);
                    out.writeLong(id);
                    out.writeByte('t');
                    out.writeInt(note.length);
                    out.write(note);
                });
    }

    /** The Relation message of any table. */
    static ByteBuffer relation(TableSchema table) {
        return message(
                'R',
                out -> {
                    out.writeInt(table.oid());
                    text(out, table.name().schema());
                    text(out, table.name().name());
                    out.writeByte(table.identity().code());
                    out.writeShort(table.columns().size());
                    for (Column column : table.columns()) {
                        out.writeByte(column.identity() ? 1 : 0);
                        text(out, column.name());
                        out.writeInt(column.type().oid());
                        out.writeInt(column.typmod());
                    }
                });
    }

    static ByteBuffer delete(int oid, long id) {
        return message(
                'D',
                out -> {
                    out.writeInt(oid);
                    out.writeByte('K');
                    row(out, id);
                });
    }

    static ByteBuffer truncate(int... oids) {
        return message(
                'T',
                out -> {
                    out.writeInt(oids.length);
                    out.writeByte(0);
                    for (int oid : oids) {
                        out.writeInt(oid);
                    }
                });
    }

    private static void row(DataOutputStream out, long id) throws IOException {
        out.writeShort(2);
        out.writeByte('b');
        out.writeInt(8);
        out.writeLong(id);
        out.writeByte('n');
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.writeByte(0);
    }
}

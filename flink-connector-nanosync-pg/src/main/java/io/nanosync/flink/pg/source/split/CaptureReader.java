package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.Ancestor;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.Coverage;
import io.nanosync.flink.pg.relation.contract.Partition;
import io.nanosync.flink.pg.relation.contract.PrimaryKey;
import io.nanosync.flink.pg.relation.contract.PublicationTerms;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link CaptureWriter} wrote, in the same order. */
final class CaptureReader {

    private final int version;
    private final DataInput in;
    private final List<String> strings;
    private final List<PgType> types = new ArrayList<>();

    /**
     * @param version of the state; before 3 nothing was said of who is in a schema, before 4
     *     nothing of the primary key's constraint
     */
    CaptureReader(int version, DataInput in) throws IOException {
        this.version = version;
        this.in = in;
        this.strings = list(() -> StateFormat.readString(in));
        int typeCount = count();
        for (int i = 0; i < typeCount; i++) {
            types.add(type());
        }
    }

    /** Reads one value. */
    @FunctionalInterface
    private interface Value<T> {
        T read() throws IOException;
    }

    private <T> List<T> list(Value<T> value) throws IOException {
        int size = count();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(value.read());
        }
        return List.copyOf(values);
    }

    private PgType type() throws IOException {
        return new PgType(
                in.readInt(),
                string(),
                PgType.Kind.valueOf(string()),
                element(count()),
                in.readChar(),
                list(() -> new PgType.Attribute(string(), types.get(count()), in.readInt())),
                in.readBoolean(),
                in.readInt());
    }

    private @Nullable PgType element(int reference) {
        return reference == 0 ? null : types.get(reference - 1);
    }

    List<TableSchema> tables() throws IOException {
        return list(
                () ->
                        new TableSchema(
                                in.readInt(),
                                name(),
                                ReplicaIdentity.of((char) in.readByte()),
                                list(this::column),
                                list(this::string)));
    }

    private Column column() throws IOException {
        String name = string();
        PgType type = types.get(count());
        int typmod = in.readInt();
        String typeText = string();
        int flags = in.readByte();
        int attnum = count();
        return new Column(
                name,
                type,
                typmod,
                typeText,
                (flags & 1) != 0,
                (flags & 2) != 0,
                attnum == 0 ? null : Integer.valueOf(attnum));
    }

    @Nullable CaptureContract contract() throws IOException {
        return in.readBoolean() ? new CaptureContract(publication(), list(this::terms)) : null;
    }

    private PublicationTerms publication() throws IOException {
        return new PublicationTerms(
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                (char) in.readByte());
    }

    private TableTerms terms() throws IOException {
        return new TableTerms(
                in.readInt(),
                name(),
                (char) in.readByte(),
                (char) in.readByte(),
                list(
                        () ->
                                new Coverage(
                                        Coverage.By.valueOf(string()),
                                        in.readInt(),
                                        in.readInt(),
                                        in.readInt(),
                                        nullableString(),
                                        nullableString(),
                                        version < 3 ? null : member())),
                list(() -> new Ancestor(in.readInt(), name(), in.readInt())),
                list(this::partition),
                version < 4 ? null : key());
    }

    private Coverage.@Nullable Member member() throws IOException {
        return in.readBoolean() ? new Coverage.Member(in.readInt(), in.readInt()) : null;
    }

    private @Nullable PrimaryKey key() throws IOException {
        return in.readBoolean() ? new PrimaryKey(in.readInt(), in.readInt()) : null;
    }

    private Partition partition() throws IOException {
        return new Partition(
                in.readInt(),
                name(),
                (char) in.readByte(),
                (char) in.readByte(),
                ReplicaIdentity.of((char) in.readByte()),
                list(this::string),
                in.readInt(),
                in.readInt());
    }

    private QualifiedName name() throws IOException {
        return new QualifiedName(string(), string());
    }

    private String string() throws IOException {
        return strings.get(count() - 1);
    }

    private @Nullable String nullableString() throws IOException {
        int reference = count();
        return reference == 0 ? null : strings.get(reference - 1);
    }

    private int count() throws IOException {
        int count = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int part = in.readByte();
            count |= (part & 0x7F) << shift;
            if (part >= 0) {
                return count;
            }
        }
        throw new IOException("A count in state has no end; it is damaged");
    }
}

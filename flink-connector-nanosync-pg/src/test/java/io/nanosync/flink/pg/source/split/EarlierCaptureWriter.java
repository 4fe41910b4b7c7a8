package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.Ancestor;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.Coverage;
import io.nanosync.flink.pg.relation.contract.Partition;
import io.nanosync.flink.pg.relation.contract.PublicationTerms;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/** Tables and a contract in the form that versions 2 and 3 of the state have for them. */
final class EarlierCaptureWriter {

    private final int version;

    private final Map<String, Integer> strings = new LinkedHashMap<>();
    private final Map<PgType, Integer> types = new HashMap<>();
    private final DataOutputSerializer typeTable = new DataOutputSerializer(1024);
    private final DataOutputSerializer values = new DataOutputSerializer(4096);

    EarlierCaptureWriter(int version) {
        this.version = version;
    }

    /** Length in bytes, then the packed form. */
    static void write(
            int version,
            DataOutput out,
            List<TableSchema> tables,
            @Nullable CaptureContract contract)
            throws IOException {
        EarlierCaptureWriter writer = new EarlierCaptureWriter(version);
        writer.tables(tables);
        writer.contract(contract);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream deflated = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            writer.writeTo(deflated);
        }
        out.writeInt(bytes.size());
        out.write(bytes.toByteArray());
    }

    private void writeTo(DataOutput out) throws IOException {
        writeCount(out, strings.size());
        for (String string : strings.keySet()) {
            StateFormat.writeString(out, string);
        }
        writeCount(out, types.size());
        out.write(typeTable.getSharedBuffer(), 0, typeTable.length());
        out.write(values.getSharedBuffer(), 0, values.length());
    }

    private void tables(List<TableSchema> tables) throws IOException {
        writeCount(values, tables.size());
        for (TableSchema table : tables) {
            values.writeInt(table.oid());
            name(table.name());
            values.writeByte(table.identity().code());
            writeCount(values, table.columns().size());
            for (Column column : table.columns()) {
                column(column);
            }
            strings(table.primaryKey());
        }
    }

    private void column(Column column) throws IOException {
        string(values, column.name());
        writeCount(values, type(column.type()));
        values.writeInt(column.typmod());
        string(values, column.typeText());
        values.writeByte((column.nullable() ? 1 : 0) | (column.identity() ? 2 : 0));
        Integer attnum = column.attnum();
        // As in the catalog: 0 is no column's.
        writeCount(values, attnum == null ? 0 : attnum);
    }

    /** Index of the type, which stands behind all that it is made of. */
    private int type(PgType type) throws IOException {
        Integer known = types.get(type);
        if (known != null) {
            return known;
        }
        PgType element = type.element();
        int elementReference = element == null ? 0 : type(element) + 1;
        int[] fields = new int[type.attributes().size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = type(type.attributes().get(i).type());
        }
        typeTable.writeInt(type.oid());
        string(typeTable, type.name());
        string(typeTable, type.kind().name());
        writeCount(typeTable, elementReference);
        typeTable.writeChar(type.delimiter());
        writeCount(typeTable, fields.length);
        for (int i = 0; i < fields.length; i++) {
            string(typeTable, type.attributes().get(i).name());
            writeCount(typeTable, fields[i]);
            typeTable.writeInt(type.attributes().get(i).typmod());
        }
        typeTable.writeBoolean(type.hasBinaryOutput());
        typeTable.writeInt(type.baseTypmod());
        int index = types.size();
        types.put(type, index);
        return index;
    }

    private void contract(@Nullable CaptureContract contract) throws IOException {
        values.writeBoolean(contract != null);
        if (contract == null) {
            return;
        }
        publication(contract.publication());
        writeCount(values, contract.tables().size());
        for (TableTerms table : contract.tables()) {
            values.writeInt(table.oid());
            name(table.name());
            values.writeByte(table.kind());
            values.writeByte(table.persistence());
            writeCount(values, table.coverage().size());
            for (Coverage row : table.coverage()) {
                string(values, row.by().name());
                values.writeInt(row.of());
                values.writeInt(row.oid());
                values.writeInt(row.xmin());
                string(values, row.rowFilter());
                string(values, row.columnList());
                if (version >= 3) {
                    member(row.member());
                }
            }
            writeCount(values, table.ancestors().size());
            for (Ancestor ancestor : table.ancestors()) {
                values.writeInt(ancestor.oid());
                name(ancestor.name());
                values.writeInt(ancestor.xmin());
            }
            writeCount(values, table.partitions().size());
            for (Partition partition : table.partitions()) {
                partition(partition);
            }
        }
    }

    private void member(Coverage.@Nullable Member member) throws IOException {
        values.writeBoolean(member != null);
        if (member != null) {
            values.writeInt(member.oid());
            values.writeInt(member.xmin());
        }
    }

    private void publication(PublicationTerms publication) throws IOException {
        values.writeInt(publication.oid());
        values.writeInt(publication.xmin());
        values.writeInt(publication.owner());
        values.writeBoolean(publication.allTables());
        values.writeBoolean(publication.insert());
        values.writeBoolean(publication.update());
        values.writeBoolean(publication.delete());
        values.writeBoolean(publication.truncate());
        values.writeBoolean(publication.viaRoot());
        values.writeByte(publication.generatedColumns());
    }

    private void partition(Partition partition) throws IOException {
        values.writeInt(partition.oid());
        name(partition.name());
        values.writeByte(partition.kind());
        values.writeByte(partition.persistence());
        values.writeByte(partition.identity().code());
        strings(partition.key());
        values.writeInt(partition.parent());
        values.writeInt(partition.xmin());
    }

    private void name(QualifiedName name) throws IOException {
        string(values, name.schema());
        string(values, name.name());
    }

    private void strings(List<String> list) throws IOException {
        writeCount(values, list.size());
        for (String string : list) {
            string(values, string);
        }
    }

    private void string(DataOutput out, @Nullable String string) throws IOException {
        if (string == null) {
            writeCount(out, 0);
            return;
        }
        Integer known = strings.putIfAbsent(string, strings.size());
        writeCount(out, known == null ? strings.size() : known + 1);
    }

    private static void writeCount(DataOutput out, int count) throws IOException {
        int left = count;
        while ((left & ~0x7F) != 0) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }
}

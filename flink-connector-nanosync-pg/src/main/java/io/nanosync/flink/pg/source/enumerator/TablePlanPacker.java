package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.readList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeList;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan.FilePlan;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan.TablePlan;
import io.nanosync.flink.pg.source.split.StateFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The binary form, in versions 4 and up, of how tables are read: all but their schemas. Deflated:
 * each bound of a range of values is there twice, amid a condition that is the same but for it.
 *
 * <p>Keeps the last one that it wrote: it is written again at each checkpoint, and packing the
 * ranges of ten thousand tables takes a while.
 */
final class TablePlanPacker {

    private static final int CTID = 0;
    private static final int NTILE = 1;
    private static final int MINMAX = 2;

    private @Nullable List<TablePlan> last;
    private byte[] packed = new byte[0];

    /** Length in bytes, then the packed form. */
    synchronized void write(DataOutput out, List<TablePlan> tables) throws IOException {
        if (!tables.equals(last)) {
            packed = pack(tables);
            last = tables;
        }
        out.writeInt(packed.length);
        out.write(packed);
    }

    private static byte[] pack(List<TablePlan> tables) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            for (TablePlan table : tables) {
                writePartitioning(out, table.partitioning());
                writeList(out, table.files(), TablePlanPacker::writeFile);
                out.writeLong(table.estimatedRows());
            }
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param schemas of the tables, in their order
     */
    static List<TablePlan> read(DataInput in, List<TableSchema> schemas) throws IOException {
        byte[] packed = new byte[in.readInt()];
        in.readFully(packed);
        DataInputStream raw =
                new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)));
        List<TablePlan> tables = new ArrayList<>();
        for (TableSchema schema : schemas) {
            tables.add(
                    new TablePlan(
                            schema,
                            readPartitioning(raw),
                            readList(raw, TablePlanPacker::readFile),
                            raw.readLong()));
        }
        if (raw.read() != -1) {
            throw new IOException(
                    "How tables are read has bytes behind its end in state; it is damaged");
        }
        return List.copyOf(tables);
    }

    private static void writePartitioning(DataOutput out, Partitioning partitioning)
            throws IOException {
        out.writeByte(
                partitioning instanceof Partitioning.Ctid
                        ? CTID
                        : partitioning instanceof Partitioning.Ntile ? NTILE : MINMAX);
        if (partitioning instanceof Partitioning.ByColumn byColumn) {
            StateFormat.writeString(out, byColumn.column());
        }
    }

    private static Partitioning readPartitioning(DataInput in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case CTID -> new Partitioning.Ctid();
            case NTILE -> new Partitioning.Ntile(StateFormat.readString(in));
            case MINMAX -> new Partitioning.Minmax(StateFormat.readString(in));
            default ->
                    throw new IOException(
                            "How a table is divided begins in state with "
                                    + kind
                                    + "; expected 0 to 2; it is damaged");
        };
    }

    private static void writeFile(DataOutput out, FilePlan file) throws IOException {
        StateFormat.writeFile(out, file.file());
        writeList(out, file.ranges(), StateFormat::writeString);
    }

    private static FilePlan readFile(DataInput in) throws IOException {
        return new FilePlan(StateFormat.readFile(in), readList(in, StateFormat::readString));
    }
}

package io.nanosync.flink.pg.source.enumerator;

import static io.nanosync.flink.pg.source.split.StateFormat.readList;
import static io.nanosync.flink.pg.source.split.StateFormat.writeList;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan.FilePlan;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan.TablePlan;
import io.nanosync.flink.pg.source.split.Packer;
import io.nanosync.flink.pg.source.split.StateFormat;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form, in versions 4 and up, of how tables are read: all but their schemas. Deflated:
 * each bound of a range of values is there twice, amid a condition that is the same but for it.
 */
final class PackedTablePlans {

    private static final int CTID = 0;
    private static final int NTILE = 1;
    private static final int MINMAX = 2;

    private PackedTablePlans() {}

    /** Writes what {@link #read} reads, through a {@link Packer}. */
    static void write(DataOutput out, List<TablePlan> tables) throws IOException {
        for (TablePlan table : tables) {
            writePartitioning(out, table.partitioning());
            writeList(out, table.files(), PackedTablePlans::writeFile);
            out.writeLong(table.estimatedRows());
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param schemas of the tables, in their order
     */
    static List<TablePlan> read(DataInput in, List<TableSchema> schemas) throws IOException {
        DataInputStream raw = Packer.unpack(in);
        List<TablePlan> tables = new ArrayList<>();
        for (TableSchema schema : schemas) {
            tables.add(
                    new TablePlan(
                            schema,
                            readPartitioning(raw),
                            readList(raw, PackedTablePlans::readFile),
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

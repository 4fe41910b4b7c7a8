package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables and their capture contract in the binary form of versions 2 and up: strings and types once
 * each, all of it deflated. Ten thousand tables have to fit into one message of Flink's, whose
 * limit is 10 MB.
 *
 * @param tables the schemas
 * @param contract the contract; null where there is none
 */
public record PackedCapture(List<TableSchema> tables, @Nullable CaptureContract contract) {

    /**
     * Length in bytes, then the packed form.
     *
     * @param version of the state that it is part of
     */
    public static PackedCapture read(int version, DataInput in) throws IOException {
        DataInputStream raw = Packer.unpack(in);
        CaptureReader reader = new CaptureReader(version, raw);
        PackedCapture capture = new PackedCapture(reader.tables(), reader.contract());
        if (raw.read() != -1) {
            throw new IOException("Tables in state have bytes behind their end; it is damaged");
        }
        return capture;
    }

    /** Writes what {@link #read} reads, through a {@link Packer}. */
    public static void write(DataOutput out, PackedCapture capture) throws IOException {
        CaptureWriter writer = new CaptureWriter();
        writer.tables(capture.tables);
        writer.contract(capture.contract);
        writer.writeTo(out);
    }
}

package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.util.HexFormat;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;

/**
 * A folder for each table, {@code <schema>.<table>}, and in it one for each schema that the table
 * had, {@code schema-<fingerprint>}.
 */
final class TableFolders implements BucketAssigner<ChangeBatch, String> {

    private static final long serialVersionUID = 1L;

    @Override
    public String getBucketId(ChangeBatch batch, Context context) {
        return FolderName.of(batch.table())
                + "/schema-"
                + HexFormat.of().toHexDigits(batch.schema().fingerprint());
    }

    @Override
    public SimpleVersionedSerializer<String> getSerializer() {
        return SimpleVersionedStringSerializer.INSTANCE;
    }
}

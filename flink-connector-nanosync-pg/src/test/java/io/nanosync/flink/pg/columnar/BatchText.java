package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.wal.Lsn;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch as text, read in three ways: by the row view, by {@link ChangeBatch#open} and
 * by Arrow's stream reader. For example {@code u 0/10:1 @7 xid=5 {id=1} -> {id=2, note=null} [1]}.
 */
public final class BatchText {

    private BatchText() {}

    /** The rows as the row view has them. */
    public static List<String> rows(ChangeBatch batch) {
        List<String> rows = new ArrayList<>();
        for (ChangeRow row : batch.rows()) {
            rows.add(
                    row.op().code()
                            + " "
                            + row.commitLsn()
                            + ":"
                            + row.ordinal()
                            + " @"
                            + row.commitTimestampMicros()
                            + " xid="
                            + row.xid()
                            + " "
                            + image(row.before())
                            + " -> "
                            + image(row.after())
                            + (row.unchanged().isEmpty() ? "" : " " + row.unchanged()));
        }
        return rows;
    }

    private static String image(@Nullable RowImage image) {
        if (image == null) {
            return "none";
        }
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < image.size(); i++) {
            columns.add(image.name(i) + "=" + (image.isNull(i) ? "null" : raw(image, i)));
        }
        return "{" + String.join(", ", columns) + "}";
    }

    /** A value in the form that Arrow stores, so that the two readers can be compared. */
    private static String raw(RowImage image, int i) {
        Object value = image.value(i);
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (value instanceof UUID) {
            return HexFormat.of().formatHex(image.bytesValue(i));
        } else if (value instanceof Temporal) {
            return Long.toString(image.longValue(i));
        }
        return String.valueOf(value);
    }

    /** The rows as Arrow has them after {@link ChangeBatch#open}. */
    public static List<String> opened(ChangeBatch batch) {
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = batch.open(allocator)) {
            return arrowRows(root);
        }
    }

    /** The rows as Arrow's stream reader has them, of a stream of schema and batch. */
    public static List<String> streamed(ChangeBatch batch) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(batch.schema().ipc());
        stream.writeBytes(batch.recordBatch());
        try (RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader =
                        new ArrowStreamReader(
                                new ByteArrayInputStream(stream.toByteArray()), allocator)) {
            List<String> rows = new ArrayList<>();
            while (reader.loadNextBatch()) {
                rows.addAll(arrowRows(reader.getVectorSchemaRoot()));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of Arrow vectors. */
    public static List<String> arrowRows(VectorSchemaRoot root) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < root.getRowCount(); i++) {
            long lsn = (long) Objects.requireNonNull(value(root, "commit_lsn", i));
            Object xid = value(root, "xid", i);
            Object unchanged = value(root, "unchanged", i);
            rows.add(
                    value(root, "op", i)
                            + " "
                            + new Lsn(lsn)
                            + ":"
                            + value(root, "ordinal", i)
                            + " @"
                            + value(root, "commit_ts", i)
                            + " xid="
                            + (xid == null ? null : Integer.toUnsignedLong((int) xid))
                            + " "
                            + struct(root, "before", i)
                            + " -> "
                            + struct(root, "after", i)
                            + (unchanged == null
                                    ? ""
                                    : " " + unchanged.toString().replace(",", ", ")));
        }
        return rows;
    }

    private static @Nullable Object value(VectorSchemaRoot root, String column, int row) {
        return root.getVector(column).getObject(row);
    }

    private static String struct(VectorSchemaRoot root, String column, int row) {
        if (root.getVector(column).isNull(row)) {
            return "none";
        }
        Map<?, ?> struct = (Map<?, ?>) Objects.requireNonNull(value(root, column, row));
        List<String> columns = new ArrayList<>();
        for (Field child : root.getSchema().findField(column).getChildren()) {
            columns.add(child.getName() + "=" + arrowValue(child, struct.get(child.getName())));
        }
        return "{" + String.join(", ", columns) + "}";
    }

    private static String arrowValue(Field field, @Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (value instanceof UUID uuid) {
            return uuid.toString().replace("-", "");
        } else if (value instanceof LocalDateTime time) {
            long seconds = time.toEpochSecond(ZoneOffset.UTC);
            return Long.toString(seconds * 1_000_000 + time.getLong(ChronoField.MICRO_OF_SECOND));
        } else if (value instanceof Integer i
                && field.getType() instanceof ArrowType.Int type
                && !type.getIsSigned()) {
            return Integer.toUnsignedString(i);
        }
        return String.valueOf(value);
    }
}

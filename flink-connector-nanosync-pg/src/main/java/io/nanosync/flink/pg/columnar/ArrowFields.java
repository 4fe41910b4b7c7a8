package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Makes the Arrow schema of a table's change batches. */
final class ArrowFields {

    private static final String FORMAT_VERSION = "1";
    private static final int UUID_BYTES = 16;

    private ArrowFields() {}

    static Schema schema(TableSchema table) {
        List<Field> all = table.columns().stream().map(ArrowFields::column).toList();
        List<Field> identity = new ArrayList<>();
        for (int index : IdentityColumns.of(table)) {
            identity.add(all.get(index));
        }
        return new Schema(
                List.of(
                        field("op", false, ArrowType.Utf8.INSTANCE, List.of()),
                        field("before", true, ArrowType.Struct.INSTANCE, identity),
                        field("after", true, ArrowType.Struct.INSTANCE, all),
                        field("commit_lsn", false, new ArrowType.Int(64, false), List.of()),
                        field("ordinal", false, new ArrowType.Int(64, true), List.of()),
                        field(
                                "commit_ts",
                                true,
                                new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
                                List.of()),
                        field("xid", true, new ArrowType.Int(32, false), List.of()),
                        field(
                                "unchanged",
                                true,
                                ArrowType.List.INSTANCE,
                                List.of(
                                        field(
                                                "item",
                                                false,
                                                new ArrowType.Int(32, true),
                                                List.of())))),
                metadata(table));
    }

    private static Field field(
            String name, boolean nullable, ArrowType type, List<Field> children) {
        return new Field(name, new FieldType(nullable, type, null), children);
    }

    private static Map<String, String> metadata(TableSchema table) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(SchemaMetadata.FORMAT, FORMAT_VERSION);
        metadata.put(SchemaMetadata.SCHEMA, table.name().schema());
        metadata.put(SchemaMetadata.TABLE, table.name().name());
        metadata.put(SchemaMetadata.RELATION_OID, Integer.toUnsignedString(table.oid()));
        metadata.put(
                SchemaMetadata.REPLICA_IDENTITY, table.identity().name().toLowerCase(Locale.ROOT));
        metadata.put(SchemaMetadata.PRIMARY_KEY, JsonStrings.write(table.primaryKey()));
        return metadata;
    }

    /**
     * A column's field. Nullable in Arrow whatever the table says, because an unchanged TOAST value
     * isn't there; what the table says is in the metadata.
     */
    private static Field column(Column column) {
        ArrowType type = TypeMapping.of(column.type(), column.typmod()).arrow();
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(SchemaMetadata.TYPE, column.type().name());
        metadata.put(SchemaMetadata.TYPE_OID, Integer.toUnsignedString(column.type().oid()));
        metadata.put(SchemaMetadata.TYPMOD, Integer.toString(column.typmod()));
        metadata.put(SchemaMetadata.TYPE_TEXT, column.typeText());
        metadata.put(SchemaMetadata.NULLABLE, Boolean.toString(column.nullable()));
        metadata.put(SchemaMetadata.IDENTITY, Boolean.toString(column.identity()));
        // The only type of ours with this Arrow type.
        if (type.equals(new ArrowType.FixedSizeBinary(UUID_BYTES))) {
            metadata.put(SchemaMetadata.EXTENSION_NAME, "arrow.uuid");
            metadata.put(SchemaMetadata.EXTENSION_METADATA, "");
        }
        return new Field(column.name(), new FieldType(true, type, null, metadata), List.of());
    }
}

package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTables.EVERYTHING;
import static io.nanosync.flink.pg.columnar.TestTables.NOTES;
import static io.nanosync.flink.pg.columnar.TestTables.notes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class ChangeSchemaTest {

    @Test
    void hasTheDocumentedFields() {
        assertThat(ChangeSchema.of(NOTES).arrow().getFields().toString())
                .isEqualTo(
                        "[op: Utf8 not null, before: Struct<id: Int(64, true)>, after: Struct<id:"
                            + " Int(64, true), note: Utf8>, commit_lsn: Int(64, false) not null,"
                            + " ordinal: Int(64, true) not null, commit_ts: Timestamp(MICROSECOND,"
                            + " UTC), xid: Int(32, false), unchanged: List<item: Int(32, true) not"
                            + " null>]");
    }

    @Test
    void describesTheTableInItsMetadata() {
        TableSchema table =
                new TableSchema(
                        -1,
                        new QualifiedName("Sales", "a \"b\\"),
                        ReplicaIdentity.INDEX,
                        NOTES.columns(),
                        List.of("id", "a \"b\\,\u0001"));
        ChangeSchema schema = ChangeSchema.of(table);
        assertThat(schema.arrow().getCustomMetadata())
                .containsEntry("nanosync.format", "1")
                .containsEntry("pg.schema", "Sales")
                .containsEntry("pg.table", "a \"b\\")
                .containsEntry("pg.relation.oid", "4294967295")
                .containsEntry("pg.replica.identity", "index")
                .containsEntry("pg.primary.key", "[\"id\",\"a \\\"b\\\\,\\u0001\"]")
                .hasSize(6);
        assertThat(schema.table()).isEqualTo(table.name());
        assertThat(schema.replicaIdentity()).isEqualTo(ReplicaIdentity.INDEX);
        assertThat(schema.primaryKey()).isEqualTo(table.primaryKey());
    }

    @Test
    void describesColumnsInTheirMetadata() {
        List<Field> after = ChangeSchema.of(NOTES).arrow().findField("after").getChildren();
        assertThat(after.get(0).getMetadata())
                .containsEntry("pg.type", "int8")
                .containsEntry("pg.type.oid", "20")
                .containsEntry("pg.typmod", "-1")
                .containsEntry("pg.type.text", "bigint")
                .containsEntry("pg.nullable", "false")
                .containsEntry("pg.identity", "true")
                .hasSize(6);
        assertThat(after.get(0).isNullable()).isTrue();
    }

    @Test
    void marksUuidAsArrowsExtensionType() {
        Field uuid = ChangeSchema.of(EVERYTHING).arrow().findField("after").getChildren().get(14);
        assertThat(uuid.getName()).isEqualTo("a_uuid");
        assertThat(uuid.getType()).isEqualTo(new ArrowType.FixedSizeBinary(16));
        assertThat(uuid.getMetadata()).containsEntry("ARROW:extension:name", "arrow.uuid");
    }

    @Test
    void keepsTheOldRowsColumnsByReplicaIdentity() {
        assertThat(before(notes(ReplicaIdentity.DEFAULT))).containsExactly("id");
        assertThat(before(notes(ReplicaIdentity.INDEX))).containsExactly("id");
        assertThat(before(notes(ReplicaIdentity.FULL))).containsExactly("id", "note");
        assertThat(before(notes(ReplicaIdentity.NOTHING))).isEmpty();
    }

    @Test
    void isReadByArrow() throws IOException {
        ChangeSchema schema = ChangeSchema.of(EVERYTHING);
        Schema read =
                MessageSerializer.deserializeSchema(
                        new ReadChannel(
                                Channels.newChannel(new ByteArrayInputStream(schema.ipc()))));
        assertThat(read).isEqualTo(schema.arrow());
    }

    @Test
    void comesBackFromItsBytes() {
        for (TableSchema table : List.of(NOTES, EVERYTHING)) {
            ChangeSchema schema = ChangeSchema.of(table);
            ChangeSchema back = ChangeSchema.fromIpc(schema.ipc());
            assertThat(back).isEqualTo(schema).hasSameHashCodeAs(schema);
            assertThat(back.fingerprint()).isEqualTo(schema.fingerprint());
            assertThat(back.arrow()).isEqualTo(schema.arrow());
            assertThat(back.table()).isEqualTo(table.name());
        }
    }

    /** A change of these numbers breaks approvals and state of users: it needs a new format. */
    @Test
    void hasTheSameFingerprintInEveryProcess() {
        assertThat(Long.toHexString(ChangeSchema.of(NOTES).fingerprint()))
                .isEqualTo("a5c1609d6797cad");
        assertThat(Long.toHexString(ChangeSchema.of(EVERYTHING).fingerprint()))
                .isEqualTo("146b0259ca9644cf");
    }

    @Test
    void hasAnotherFingerprintWhereAnythingDiffers() {
        Column note = NOTES.columns().get(1);
        List<TableSchema> tables =
                List.of(
                        NOTES,
                        notes(ReplicaIdentity.FULL),
                        notes(ReplicaIdentity.INDEX),
                        notes(ReplicaIdentity.NOTHING),
                        with(new Column("Note", note.type(), -1, "text", true, false)),
                        with(new Column("note", note.type(), 8, "text", true, false)),
                        with(new Column("note", note.type(), -1, "text", false, false)),
                        with(new Column("note", note.type(), -1, "text", true, true)),
                        with(NOTES.columns().get(0)),
                        new TableSchema(
                                1,
                                NOTES.name(),
                                NOTES.identity(),
                                NOTES.columns(),
                                NOTES.primaryKey()),
                        new TableSchema(
                                NOTES.oid(),
                                new QualifiedName("public", "note"),
                                NOTES.identity(),
                                NOTES.columns(),
                                NOTES.primaryKey()),
                        new TableSchema(
                                NOTES.oid(),
                                NOTES.name(),
                                NOTES.identity(),
                                NOTES.columns(),
                                List.of()));
        assertThat(tables.stream().map(t -> ChangeSchema.of(t).fingerprint()))
                .doesNotHaveDuplicates();
    }

    @Test
    void refusesBytesThatAreNoSchemaOfChangeBatches() {
        assertThatThrownBy(() -> ChangeSchema.fromIpc(new byte[7]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not an encapsulated Arrow message");
        assertThatThrownBy(() -> ChangeSchema.fromIpc(new byte[64]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not an encapsulated Arrow message");
    }

    private static List<String> before(TableSchema table) {
        return ChangeSchema.of(table).arrow().findField("before").getChildren().stream()
                .map(Field::getName)
                .toList();
    }

    private static TableSchema with(Column second) {
        List<Column> columns = new ArrayList<>(NOTES.columns());
        columns.set(1, second);
        return new TableSchema(
                NOTES.oid(), NOTES.name(), NOTES.identity(), columns, NOTES.primaryKey());
    }
}

package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
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
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.source.split.Tid;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values for tests of bookkeeping and serializers. */
public final class SampleValues {

    public static final PgType INT8 = PgType.base(20, "int8");
    public static final PgType TEXT = PgType.base(25, "text");

    private SampleValues() {}

    public static TableSchema table(int oid, String name) {
        return new TableSchema(
                oid,
                new QualifiedName("public", name),
                ReplicaIdentity.DEFAULT,
                List.of(
                        new Column("id", INT8, -1, "bigint", false, true),
                        new Column("note", TEXT, -1, "text", true, false)),
                List.of("id"));
    }

    /** A table whose every field differs from a default, with nested types. */
    public static TableSchema elaborateTable() {
        PgType composite =
                new PgType(
                        90_001,
                        "public.pair",
                        PgType.Kind.COMPOSITE,
                        null,
                        ',',
                        List.of(
                                new PgType.Attribute("a", INT8, -1),
                                new PgType.Attribute("b", TEXT, 7)),
                        false);
        PgType array =
                new PgType(
                        90_002,
                        "public._pair",
                        PgType.Kind.ARRAY,
                        composite,
                        ';',
                        List.of(),
                        false);
        return new TableSchema(
                -5,
                new QualifiedName("Odd \"schema\"", "täble"),
                ReplicaIdentity.INDEX,
                List.of(new Column("x.y", array, 12, "public.pair[]", true, true, null)),
                List.of());
    }

    /** A contract whose every field differs from a default. */
    public static CaptureContract contract() {
        return contract(new Coverage.Member(-12, -13), new PrimaryKey(-14, 15));
    }

    /** The same as version 2 of state has it: who is in a schema was unknown. */
    public static CaptureContract contractOfVersion2() {
        return contract(null, null);
    }

    /** The same as version 3 of state has it: which constraint a key is was unknown. */
    public static CaptureContract contractOfVersion3() {
        return contract(new Coverage.Member(-12, -13), null);
    }

    /** In mid-transaction, with a boundary; that version knows no extensions. */
    public static StreamSplit streamOfVersion4() {
        return new StreamSplit(
                Timeline.numbered(-1, 4),
                new StreamPosition(new Lsn(1), partialBefore5()),
                List.of(elaborateTable()),
                contract(),
                List.of(boundary()),
                0);
    }

    /** In mid-transaction, extended once. */
    public static StreamSplit streamOfVersion5() {
        return stream(Timeline.numbered(-1, 4), 1L << 40, Numbering.OF_TABLE);
    }

    /** In mid-transaction, extended once. */
    public static StreamSplit streamOfVersion6() {
        return streamOn(Timeline.numbered(-1, 4));
    }

    /** In mid-transaction, extended once. */
    public static StreamSplit streamOn(Timeline timeline) {
        return stream(timeline, 1L << 33, Numbering.AT_LSN);
    }

    private static StreamSplit stream(Timeline timeline, long lastNumber, Numbering numbering) {
        return new StreamSplit(
                timeline,
                new StreamPosition(
                        new Lsn(1),
                        new PartialTransaction(
                                new Lsn(7),
                                -1,
                                1L << 41,
                                new Lsn(-9),
                                -3,
                                'U',
                                lastNumber,
                                numbering)),
                List.of(elaborateTable()),
                contract(),
                List.of(boundary()),
                3);
    }

    /** Such versions number all that the server sends. */
    public static PartialTransaction partialBefore5() {
        return new PartialTransaction(
                new Lsn(7), -1, 1L << 40, new Lsn(-9), -3, 'U', 1L << 40, Numbering.OF_TRANSACTION);
    }

    /** A boundary whose every field differs from a default. */
    public static SnapshotBoundary boundary() {
        return new SnapshotBoundary(List.of(1), -5, 7, List.of(6L), new Lsn(9));
    }

    private static CaptureContract contract(
            Coverage.@Nullable Member member, @Nullable PrimaryKey key) {
        QualifiedName leaf = new QualifiedName("public", "leaf");
        return new CaptureContract(
                new PublicationTerms(-3, -4, 10, true, false, true, false, true, false, 's'),
                List.of(
                        new TableTerms(
                                -5,
                                new QualifiedName("Odd \"schema\"", "täble"),
                                'p',
                                'u',
                                List.of(
                                        new Coverage(
                                                Coverage.By.SCHEMA,
                                                6,
                                                7,
                                                -8,
                                                "(a > 1)",
                                                "a, b",
                                                member),
                                        new Coverage(Coverage.By.TABLE, 1, 2, 3, null, null, null)),
                                List.of(new Ancestor(4, leaf, 5)),
                                List.of(
                                        new Partition(
                                                9,
                                                leaf,
                                                'r',
                                                'p',
                                                ReplicaIdentity.INDEX,
                                                List.of("a", "b"),
                                                10,
                                                -11)),
                                key)));
    }

    public static SnapshotIdentity snapshot() {
        return new SnapshotIdentity(
                "00000003-0000001B-1", "740:745:741,743", "2026-11-22 07:00:00+00", -3);
    }

    public static TableFile file(int oid, String name, long blocks) {
        return new TableFile(
                oid, new QualifiedName("public", name), oid + 1000, blocks, 10 * blocks);
    }

    public static SnapshotSplit split(String id, int epoch, @Nullable Tid last) {
        return new SnapshotSplit(
                id,
                epoch,
                snapshot(),
                new Lsn(0xFFFF_FFFF_0000_0001L),
                elaborateTable(),
                file(17, "f", 100),
                new RowRange.Blocks(10, 20L, last),
                "before");
    }
}

package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.Coverage;
import io.nanosync.flink.pg.relation.contract.PrimaryKey;
import io.nanosync.flink.pg.relation.contract.PublicationTerms;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** State of a pipeline of very many tables, with names that hardly repeat. */
final class ManyTables {

    private static final List<PgType> TYPES =
            List.of(
                    PgType.base(20, "int8"),
                    PgType.base(25, "text"),
                    PgType.base(1700, "numeric"),
                    PgType.base(1184, "timestamptz"));

    private ManyTables() {}

    static StreamSplit stream(int count, int columns) {
        Random random = new Random(1);
        List<TableSchema> tables = new ArrayList<>();
        List<TableTerms> terms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TableSchema table = table(16_384 + 3 * i, columns, random);
            tables.add(table);
            terms.add(
                    new TableTerms(
                            table.oid(),
                            table.name(),
                            'r',
                            'p',
                            List.of(
                                    new Coverage(
                                            Coverage.By.TABLE,
                                            table.oid(),
                                            90_000 + i,
                                            777,
                                            null,
                                            null,
                                            null)),
                            List.of(),
                            List.of(),
                            new PrimaryKey(80_000 + i, 776)));
        }
        return new StreamSplit(
                Timeline.numbered(1, 1),
                StreamPosition.at(new Lsn(5)),
                List.copyOf(tables),
                new CaptureContract(
                        new PublicationTerms(1, 2, 10, false, true, true, true, true, true, 'n'),
                        List.copyOf(terms)),
                List.of(),
                0);
    }

    private static TableSchema table(int oid, int count, Random random) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PgType type = TYPES.get(random.nextInt(TYPES.size()));
            columns.add(
                    new Column(
                            "column_" + Integer.toString(random.nextInt(), 36),
                            type,
                            -1,
                            type.name(),
                            i > 0,
                            i == 0,
                            i + 1));
        }
        return new TableSchema(
                oid,
                new QualifiedName("public", "table_" + oid),
                ReplicaIdentity.DEFAULT,
                List.copyOf(columns),
                List.of(columns.get(0).name()));
    }
}

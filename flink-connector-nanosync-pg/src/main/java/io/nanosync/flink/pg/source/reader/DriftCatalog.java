package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.CatalogNow;
import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.relation.drift.TableShape.ColumnShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the server what it says now of a table whose schema has changed. Blocks. */
final class DriftCatalog {

    private DriftCatalog() {}

    static CatalogNow read(ControlSession control, SourceConfig config, Drift drift)
            throws PgException {
        List<TableSchema> found =
                control.readCatalog(config.publication(), List.of(drift.accepted())).schemas();
        List<ColumnShape> columns = drift.now().columns();
        Map<Integer, PgType> types =
                control.types(columns.stream().map(ColumnShape::typeOid).distinct().toList());
        Map<ColumnShape, String> texts = new HashMap<>();
        for (ColumnShape column : columns) {
            if (types.containsKey(column.typeOid())) {
                texts.put(column, control.typeText(column.typeOid(), column.typmod()));
            }
        }
        return new CatalogNow(
                found.isEmpty() ? null : found.get(0),
                Map.copyOf(types),
                Map.copyOf(texts),
                control.filledColumns(drift.now().oid()),
                control.droppedSinceSlot(config.slot(), drift.accepted().oid()));
    }
}

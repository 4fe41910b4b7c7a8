package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;

/**
 * A captured table and the files that hold its rows: itself, or its leaves.
 *
 * @param estimatedRows from statistics; negative when unknown
 */
record TablePlan(TableSchema schema, List<TableFile> files, long estimatedRows) {}

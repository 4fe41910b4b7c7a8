/** Flink SQL: table factory, table source, catalog and the row view over batches. */
@NullMarked
package io.nanosync.flink.pg.table;

import org.jspecify.annotations.NullMarked;

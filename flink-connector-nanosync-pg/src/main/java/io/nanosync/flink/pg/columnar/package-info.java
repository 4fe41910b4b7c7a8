/** Change batches: rows in Arrow layout, their builder, their Arrow schema and their row view. */
@NullMarked
package io.nanosync.flink.pg.columnar;

import org.jspecify.annotations.NullMarked;

/** Random statements over captured tables, whose results are compared with PostgreSQL's answers. */
@NullMarked
package io.nanosync.flink.pg.table.random;

import org.jspecify.annotations.NullMarked;

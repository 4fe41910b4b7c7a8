/**
 * What the source asks of PostgreSQL, as interfaces and values; the JDBC implementation stands
 * below.
 */
@NullMarked
package io.nanosync.flink.pg.client;

import org.jspecify.annotations.NullMarked;

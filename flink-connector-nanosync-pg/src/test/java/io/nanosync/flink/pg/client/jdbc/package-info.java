@NullMarked
package io.nanosync.flink.pg.client.jdbc;

import org.jspecify.annotations.NullMarked;

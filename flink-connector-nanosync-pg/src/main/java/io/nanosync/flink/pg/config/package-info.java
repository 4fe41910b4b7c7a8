/** Options, validated configuration and connection strings. */
@NullMarked
package io.nanosync.flink.pg.config;

import org.jspecify.annotations.NullMarked;

/** The jobs of {@code docs/datastream.md}. */
@NullMarked
package io.nanosync.flink.pg.examples;

import org.jspecify.annotations.NullMarked;

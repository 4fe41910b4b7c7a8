@NullMarked
package io.nanosync.flink.pg.source.reader;

import org.jspecify.annotations.NullMarked;

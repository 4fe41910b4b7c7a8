@NullMarked
package io.nanosync.flink.pg.source.enumerator;

import org.jspecify.annotations.NullMarked;

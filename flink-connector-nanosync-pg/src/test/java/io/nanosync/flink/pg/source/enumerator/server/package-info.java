@NullMarked
package io.nanosync.flink.pg.source.enumerator.server;

import org.jspecify.annotations.NullMarked;

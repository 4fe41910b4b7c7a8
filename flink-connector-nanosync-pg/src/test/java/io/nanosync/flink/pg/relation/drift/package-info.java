@NullMarked
package io.nanosync.flink.pg.relation.drift;

import org.jspecify.annotations.NullMarked;

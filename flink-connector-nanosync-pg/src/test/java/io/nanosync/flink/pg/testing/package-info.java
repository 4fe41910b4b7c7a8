/** Real servers and clusters for tests, also for those of other modules. */
@NullMarked
package io.nanosync.flink.pg.testing;

import org.jspecify.annotations.NullMarked;

/** Plans the snapshot, hands out splits, hands over to the stream. Runs in the JobManager. */
@NullMarked
package io.nanosync.flink.pg.source.enumerator;

import org.jspecify.annotations.NullMarked;

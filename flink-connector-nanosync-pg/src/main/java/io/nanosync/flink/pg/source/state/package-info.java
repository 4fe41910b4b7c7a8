/** Files in a pipeline's state directory. */
@NullMarked
package io.nanosync.flink.pg.source.state;

import org.jspecify.annotations.NullMarked;

/** Tests of the harness that the other tests of this module stand on. */
@NullMarked
package io.nanosync.flink.jobs.testing;

import org.jspecify.annotations.NullMarked;

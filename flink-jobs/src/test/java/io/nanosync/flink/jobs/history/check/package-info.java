/** The judgement; knows no server and no job. */
@NullMarked
package io.nanosync.flink.jobs.history.check;

import org.jspecify.annotations.NullMarked;

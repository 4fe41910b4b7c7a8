/** Tests of the documentation: its links, and its examples on real servers. */
@NullMarked
package io.nanosync.flink.jobs.docs;

import org.jspecify.annotations.NullMarked;

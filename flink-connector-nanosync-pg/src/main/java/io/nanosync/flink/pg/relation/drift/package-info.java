/** What becomes of a captured table's schema when the stream describes another one. */
@NullMarked
package io.nanosync.flink.pg.relation.drift;

import org.jspecify.annotations.NullMarked;

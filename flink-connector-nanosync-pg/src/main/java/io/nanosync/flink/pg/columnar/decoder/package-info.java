/** One small class per family of PostgreSQL types, shared by COPY and pgoutput. */
@NullMarked
package io.nanosync.flink.pg.columnar.decoder;

import org.jspecify.annotations.NullMarked;

/** Tables, columns and types as PostgreSQL's catalog describes them: values only, JDK only. */
@NullMarked
package io.nanosync.flink.pg.relation;

import org.jspecify.annotations.NullMarked;

/**
 * PostgreSQL's exact text of values, made from their binary form: one small class per type family,
 * and what they share.
 */
@NullMarked
package io.nanosync.flink.pg.columnar.decoder.text;

import org.jspecify.annotations.NullMarked;

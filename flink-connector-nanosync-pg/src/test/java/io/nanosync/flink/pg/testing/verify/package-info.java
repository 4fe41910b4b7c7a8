/**
 * Proves that what arrived in Arrow files is every row and every change exactly once. The witness
 * is PostgreSQL itself: a second slot with the plugin {@code test_decoding}, whose text is made by
 * PostgreSQL's own output functions.
 */
@NullMarked
package io.nanosync.flink.pg.testing.verify;

import org.jspecify.annotations.NullMarked;

/**
 * The capture contract: what the catalog says of what a pipeline captures, and how two looks at it
 * differ. Values and pure comparison, JDK only.
 */
@NullMarked
package io.nanosync.flink.pg.relation.contract;

import org.jspecify.annotations.NullMarked;

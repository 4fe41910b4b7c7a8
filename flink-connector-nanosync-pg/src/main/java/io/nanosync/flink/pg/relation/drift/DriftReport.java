package io.nanosync.flink.pg.relation.drift;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a person is told of a drift in front of which a stream stands.
 *
 * @param drift its {@link Drift#id}
 * @param table whose schema has changed
 * @param text what has changed, where, and what to do
 * @param acceptable whether the stream can go on under the new schema
 */
@PublicEvolving
public record DriftReport(String drift, String table, String text, boolean acceptable)
        implements Serializable {}

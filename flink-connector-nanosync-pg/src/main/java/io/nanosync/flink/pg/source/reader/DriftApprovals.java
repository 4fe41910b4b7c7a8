package io.nanosync.flink.pg.source.reader;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ids of the drifts that were accepted, as the enumerator told. Written by the task's thread, read
 * by the fetcher's.
 */
final class DriftApprovals {

    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    void add(String drift) {
        ids.add(drift);
    }

    boolean contain(String drift) {
        return ids.contains(drift);
    }
}

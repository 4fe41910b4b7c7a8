package io.nanosync.flink.jobs.history;

import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.Map;
import java.util.TreeMap;

/** One server of each version that a campaign asks for; each history has a database of its own. */
public final class Servers implements AutoCloseable {

    private final Map<Integer, TestPostgres> servers = new TreeMap<>();

    /** The server of this version, running. */
    TestPostgres of(int version) {
        return servers.computeIfAbsent(version, TestPostgres::start);
    }

    @Override
    public void close() {
        servers.values().forEach(TestPostgres::close);
    }
}

package io.nanosync.flink.pg.columnar.decoder;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One session a version for all tests of this JVM, closed after the last of them. */
final class OracleSessions implements BeforeAllCallback, AutoCloseable {

    private static final Map<Integer, OracleSession> OPEN = new ConcurrentHashMap<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(OracleSessions.class))
                .getOrComputeIfAbsent("sessions", key -> this);
    }

    static OracleSession on(int major) {
        return OPEN.computeIfAbsent(major, OracleSession::open);
    }

    @Override
    public void close() throws SQLException {
        for (OracleSession session : OPEN.values()) {
            session.close();
        }
        OPEN.clear();
    }
}

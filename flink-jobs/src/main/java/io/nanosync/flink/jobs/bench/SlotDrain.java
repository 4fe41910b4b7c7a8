package io.nanosync.flink.jobs.bench;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/**
 * The bare limit of a stream: pgjdbc reads a slot's backlog, looks at the first byte of each
 * message to count the changes, and throws the rest away. Confirms nothing, so the same slot can be
 * drained again.
 */
final class SlotDrain {

    private static final int CHANGES_PER_COUNT = 1_000;

    private final Database database;

    SlotDrain(Database database) {
        this.database = database;
    }

    /** Reads so many changes. */
    Rate run(String slot, String publication, long changes) throws SQLException {
        Tally tally = new Tally();
        try (Connection connection = database.connectReplication();
                PGReplicationStream stream =
                        connection
                                .unwrap(PGConnection.class)
                                .getReplicationAPI()
                                .replicationStream()
                                .logical()
                                .withSlotName(slot)
                                .withSlotOption("proto_version", 1)
                                .withSlotOption("publication_names", publication)
                                .withSlotOption("binary", true)
                                .withSlotOption("messages", true)
                                .withAutomaticFlush(false)
                                .start()) {
            long seen = 0;
            long uncounted = 0;
            while (seen < changes) {
                ByteBuffer message = stream.read();
                if (isChange(message)) {
                    seen++;
                    if (++uncounted == CHANGES_PER_COUNT || seen == changes) {
                        tally.count(uncounted);
                        uncounted = 0;
                    }
                }
            }
        }
        return tally.rate();
    }

    private static boolean isChange(ByteBuffer message) {
        return switch (message.get(message.position())) {
            case 'I', 'U', 'D', 'T' -> true;
            default -> false;
        };
    }
}

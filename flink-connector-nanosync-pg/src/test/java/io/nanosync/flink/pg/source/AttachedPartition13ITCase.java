package io.nanosync.flink.pg.source;

import org.junit.jupiter.api.Tag;

/** The same on 13. */
@Tag("long")
final class AttachedPartition13ITCase extends AttachedPartitionITCase {

    @Override
    int major() {
        return 13;
    }
}

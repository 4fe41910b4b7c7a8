package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.stream.IntStream;

/** Which columns the old row of an update or delete has: the columns of {@code before}. */
final class IdentityColumns {

    private IdentityColumns() {}

    /** Their indexes among the table's columns: all under FULL, none under NOTHING. */
    static int[] of(TableSchema table) {
        return IntStream.range(0, table.columns().size())
                .filter(
                        c ->
                                table.identity() == ReplicaIdentity.FULL
                                        || table.columns().get(c).identity())
                .toArray();
    }
}

package io.nanosync.flink.pg.relation;

import org.apache.flink.annotation.PublicEvolving;

/** What PostgreSQL logs of the old row of an update or delete ({@code pg_class.relreplident}). */
@PublicEvolving
public enum ReplicaIdentity {
    /** The primary key. */
    DEFAULT('d'),
    /** Nothing. */
    NOTHING('n'),
    /** The whole row. */
    FULL('f'),
    /** The columns of a chosen unique index. */
    INDEX('i');

    private final char code;

    ReplicaIdentity(char code) {
        this.code = code;
    }

    /** The letter in the catalog and in pgoutput's Relation message. */
    public char code() {
        return code;
    }

    /**
     * The identity with this letter.
     *
     * @throws IllegalArgumentException for a letter that PostgreSQL doesn't use
     */
    public static ReplicaIdentity of(char code) {
        for (ReplicaIdentity identity : values()) {
            if (identity.code == code) {
                return identity;
            }
        }
        throw new IllegalArgumentException(
                "Not a replica identity: '" + code + "'; expected d, n, f or i");
    }
}

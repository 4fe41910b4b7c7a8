package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.testing.TestDatabase;

/** The role of the documentation: no more than LOGIN, REPLICATION and SELECT on the tables. */
final class PlainRole {

    static final String NAME = "nanosync";
    static final String PASSWORD = "s3cret-Pässwörd";

    private PlainRole() {}

    /** Creates the role where it is missing, and grants SELECT on the tables. */
    static void in(TestDatabase database, String... tables) {
        database.execute(
                """
                DO $$ BEGIN
                    CREATE ROLE %s LOGIN REPLICATION PASSWORD '%s';
                EXCEPTION WHEN duplicate_object THEN NULL;
                END $$
                """
                        .formatted(NAME, PASSWORD));
        for (String table : tables) {
            database.execute("GRANT SELECT ON TABLE " + table + " TO " + NAME);
        }
    }
}

package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.List;

/**
 * Lets every statement that updates, deletes or truncates insert a row too. Where inserts alone are
 * published nobody could learn else whether a snapshot shows the transaction: whether it did is
 * told by what arrived of it.
 */
final class Telling {

    private static final List<String> TABLES =
            List.of("plain", "keyless", "parted", "toasted", "whole", "divided", "Emptied Now");

    private final TestDatabase database;

    Telling(TestDatabase database) {
        this.database = database;
    }

    void prepare() {
        database.execute(
                // Beyond the keys of all clients.
                "CREATE SEQUENCE h.told START 9000000000000",
                "CREATE FUNCTION h.tell() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN EXECUTE TG_ARGV[0]; RETURN NULL; END $$");
        for (String name : TABLES) {
            QualifiedName table = LoadTables.name(name);
            database.execute(
                    ("CREATE TRIGGER tell AFTER UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH"
                                    + " STATEMENT EXECUTE FUNCTION h.tell('%s')")
                            .formatted(table.sql(), insert(table).replace("'", "''")));
        }
    }

    private static String insert(QualifiedName table) {
        boolean hasRegion = Shape.of(table.name()).key().contains("region");
        return "INSERT INTO %s (%s%s) VALUES (%s%s)"
                .formatted(
                        table.sql(),
                        LoadTables.key(table),
                        hasRegion ? ", region" : "",
                        table.name().equals("keyless")
                                ? "nextval('h.told') % 100"
                                : "nextval('h.told')",
                        hasRegion ? ", 'a'" : "");
    }
}

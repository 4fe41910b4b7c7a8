package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import java.io.IOException;
import java.util.List;

/**
 * What it means that the slot is there of a pipeline that is about to begin with a snapshot. Most
 * often a database administrator has made it. But it may be the one of a former life, whose state
 * is somewhere else, and then each row would come a second time, and what happened to it in between
 * never.
 */
final class SlotWithoutState {

    private final SourceConfig config;
    private final IntentFile intent;
    private final DeliveryRecord delivered;

    SlotWithoutState(SourceConfig config) {
        this.config = config;
        this.intent = new IntentFile(config);
        this.delivered = new DeliveryRecord(config);
    }

    /**
     * What is to be said of it, if anything.
     *
     * @throws PgException when the server or the state directory can't be asked
     */
    List<Finding> findings(ControlSession control) throws PgException {
        try {
            return ask(control);
        } catch (PgException e) {
            throw e;
        } catch (IOException e) {
            throw PgException.tryAgain("Cannot read " + config.stateDir() + ": " + e.getMessage());
        }
    }

    private List<Finding> ask(ControlSession control) throws IOException {
        SlotState slot = control.slot(config.slot());
        if (slot == null || slot.confirmedFlush() == null || slot.isLost()) {
            return List.of();
        }
        String subject = "Slot \"" + slot.name() + "\" exists, but this pipeline has no state";
        long system = control.identity().systemIdentifier();
        String since = delivered.since(system);
        if (since != null) {
            return refused(
                    subject + ", and rows were delivered by it, with a checkpoint at " + since, "");
        }
        long sent = control.transactionsSent(config.slot());
        if (sent > 0) {
            return refused(
                    subject
                            + ", and "
                            + sent
                            + (sent == 1 ? " transaction was" : " transactions were")
                            + " sent from it already, most likely to this pipeline",
                    unlessPeeked());
        }
        AskedSlot asked = intent.asked(system);
        if (asked != null && !asked.isUntold(slot)) {
            // It is the pipeline's own, and made anew unless it has moved.
            return List.of();
        }
        return List.of(
                new Finding(
                        Finding.Severity.WARNING,
                        subject
                                + ": it reads all rows now, and then what the slot holds behind"
                                + " them. If it was meant to go on, stop it and start it from its"
                                + " checkpoint or savepoint"
                                + where()
                                + ": once the stream has begun, the slot moves on",
                        null));
    }

    /** Refuses a slot that has had a pipeline, as something shows. */
    private List<Finding> refused(String what, String otherwise) {
        return List.of(
                new Finding(
                        Finding.Severity.ERROR,
                        what
                                + ": start it from its newest checkpoint or savepoint"
                                + where()
                                + ". To read only the changes that the slot still holds set"
                                + " startup_mode to slot. "
                                + otherwise
                                + FreshSnapshot.byHand(config),
                        null));
    }

    /**
     * The server counts what was looked at like what was taken, and keeps not where a slot began.
     */
    private String unlessPeeked() {
        return "If they were only looked at (pg_logical_slot_peek_binary_changes) and no pipeline"
                + " has ever read from the slot, have a superuser run: SELECT"
                + " pg_stat_reset_replication_slot('"
                + config.slot().replace("'", "''")
                + "'), then start the job again. ";
    }

    private String where() {
        return config.stateDir() == null ? "" : "; there is none in " + config.stateDir();
    }
}

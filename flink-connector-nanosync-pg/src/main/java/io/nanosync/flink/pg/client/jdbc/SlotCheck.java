package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.AlterSlot;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.TwoPhase;
import io.nanosync.flink.pg.config.FreshSnapshot;

/** That a slot which is there already is one that the pipeline can use. */
final class SlotCheck implements PreflightCheck {

    private static final String OTHER_NAME = ". Give the pipeline another replication_slot";
    private static final String PLUGIN = "pgoutput";

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        String name = context.request().slot();
        SlotState slot = name == null ? null : new SlotQueries(context.session()).slot(name);
        if (slot == null) {
            return;
        }
        String subject = "Slot \"" + name + "\"";
        String otherName = OTHER_NAME + ", or drop it if nobody needs it";
        String drop = "SELECT pg_drop_replication_slot('" + name + "')";
        String database = context.session().endpoint().database();
        if (slot.plugin() == null) {
            findings.error(subject + " is there and is a physical one" + otherName, drop);
        } else if (!slot.plugin().equals(PLUGIN)) {
            findings.error(
                    subject
                            + " is there with output plugin "
                            + slot.plugin()
                            + ", expected "
                            + PLUGIN
                            + otherName,
                    drop);
        } else if (!database.equals(slot.database())) {
            findings.error(
                    subject
                            + " is there for database \""
                            + slot.database()
                            + "\", expected \""
                            + database
                            + "\": names of slots are the whole server's"
                            + OTHER_NAME,
                    null);
        } else if (slot.temporary()) {
            findings.error(
                    subject + " is there and is temporary: it ends with its session" + otherName,
                    null);
        } else if (slot.isLost()) {
            findings.error(
                    subject + " " + slot.loss() + ". " + FreshSnapshot.remedy(slot.name()), null);
        } else if (slot.deliversPrepared()) {
            findings.error(
                    subject
                            + " is there with two_phase: it delivers a prepared transaction before"
                            + " it is decided, which is not supported. Turn it off while nobody"
                            + " streams from it; it keeps what it holds",
                    TwoPhase.turnOff(
                            slot, context.session().major(), context.request().failoverSlot()));
        } else if (context.request().failoverSlot()
                && !slot.failover()
                && context.session().major() >= ServerCheck.FAILOVER_MAJOR) {
            findings.warning(
                    subject
                            + " is there without failover, so a promotion loses it until the"
                            + " pipeline turns that on, when it begins to stream. To have it"
                            + " sooner turn it on while nobody streams from it",
                    AlterSlot.command(slot, "FAILOVER true"));
        }
    }
}

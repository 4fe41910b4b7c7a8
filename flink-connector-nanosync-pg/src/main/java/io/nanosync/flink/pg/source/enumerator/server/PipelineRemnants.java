package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.Remnant;
import io.nanosync.flink.pg.client.Remnant.Fate;
import io.nanosync.flink.pg.client.Remnant.Kind;
import io.nanosync.flink.pg.client.Remnants;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Slot and publication of a pipeline that is to be deleted. The slot is its own when the {@link
 * IntentFile} says so, the publication when its {@link PublicationMark} does.
 */
public final class PipelineRemnants implements Remnants {

    /** The server needs a moment to notice that a job has ended. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private static final String UNKNOWN = "nothing says that this pipeline made it";

    private final SourceConfig config;
    private final PipelineSession session;
    private final IntentFile intent;
    private final List<Remnant> found = new ArrayList<>();

    private PipelineRemnants(SourceConfig config, PipelineSession session) {
        this.config = config;
        this.session = session;
        this.intent = new IntentFile(config);
    }

    /**
     * Looks what is there.
     *
     * @throws PgException when the server can't be asked, or a job of the pipeline runs
     */
    public static PipelineRemnants find(SourceConfig config, PgClient client) throws IOException {
        PipelineSession session = new PipelineSession(client, config.slot(), LOCK_WAIT);
        try {
            PipelineRemnants remnants = new PipelineRemnants(config, session);
            remnants.look();
            return remnants;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void look() throws IOException {
        ServerIdentity server = session.ask(ControlSession::identity);
        Remnant elsewhere = intent.elsewhere(server.systemIdentifier());
        if (elsewhere != null) {
            found.add(elsewhere);
        }
        found.add(slot(server));
        found.add(publication(server));
    }

    private Remnant slot(ServerIdentity server) throws IOException {
        SlotState state = session.slot(config.slot());
        AskedSlot asked = intent.asked(server.systemIdentifier());
        if (state == null) {
            return slot(Fate.GONE, "it isn't there");
        }
        if (asked == null) {
            return slot(Fate.KEPT, UNKNOWN);
        }
        if (!config.connection().database().equals(state.database())) {
            return slot(Fate.KEPT, "it is of database \"" + state.database() + "\"");
        }
        if (!(asked instanceof AskedSlot.Made made)) {
            return slot(Fate.KEPT, "this pipeline asked for one, and may have got this one or not");
        }
        if (state.confirmedFlush() == null || made.at().isAfter(state.confirmedFlush())) {
            return slot(Fate.KEPT, "this pipeline made one at LSN " + made.at() + ", not this one");
        }
        requireInactive(state);
        return slot(Fate.DROPPED, "this pipeline made it at LSN " + made.at());
    }

    private void requireInactive(SlotState state) throws PgException {
        if (state.activePid() != null) {
            throw PgException.waitFor(
                    "Logical replication slot \""
                            + state.name()
                            + "\" is active for "
                            + session.ask(control -> holder(control, state))
                            + ": something streams from it. Stop it first, or end it with:"
                            + " SELECT pg_terminate_backend("
                            + state.activePid()
                            + ")");
        }
    }

    private static String holder(ControlSession control, SlotState state) throws PgException {
        ControlSession.SlotHolder holder = control.slotHolder(state.name());
        return holder == null ? "PID " + state.activePid() : holder.toString();
    }

    private Remnant slot(Fate fate, String remark) {
        return new Remnant(Kind.SLOT, config.slot(), fate, remark);
    }

    private Remnant publication(ServerIdentity server) throws PgException {
        String name = config.publication();
        if (session.ask(control -> control.publication(name) == null)) {
            return publication(Fate.GONE, "it isn't there");
        }
        String mark = PublicationMark.of(config, server);
        return session.ask(control -> mark.equals(control.publicationComment(name)))
                ? publication(Fate.DROPPED, "this pipeline made it")
                : publication(Fate.KEPT, UNKNOWN);
    }

    private Remnant publication(Fate fate, String remark) {
        return new Remnant(Kind.PUBLICATION, config.publication(), fate, remark);
    }

    @Override
    public List<Remnant> found() {
        return List.copyOf(found);
    }

    @Override
    public void drop(Remnant remnant) throws IOException {
        if (remnant.fate() != Fate.DROPPED) {
            throw new IllegalArgumentException("Not to be dropped: " + remnant);
        }
        if (remnant.kind() == Kind.PUBLICATION) {
            session.tell(control -> control.dropPublication(config.publication()));
            return;
        }
        if (session.slot(config.slot()) != null) {
            session.tell(control -> control.dropSlot(config.slot()));
        }
        // A slot of this name that somebody makes from now on isn't the pipeline's.
        intent.withdraw();
    }

    @Override
    public void close() {
        session.close();
    }
}

package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks all the time whether the slot of a job is at or in front of the job's newest completed
 * checkpoint: on each of its servers, past the proxies before them. The slot is asked first, so the
 * checkpoint that allowed its place is complete when checkpoints are looked at.
 *
 * <p>As long as no checkpoint has a stream, the slot may move once: from where it was made to where
 * the stream begins. Before that it may be made anew.
 */
final class ConfirmedWatch {

    private static final Duration PERIOD = Duration.ofMillis(50);

    /** Where a slot was made, and where a snapshot was taken that isn't its own. */
    private static final int MOST_BEGINNINGS = 2;

    private final SourceConfig config;
    private final CompletedStates states;
    private final Map<Integer, WatchedSlot> slots = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** What was confirmed when a job began that goes on from a checkpoint. */
    private Lsn confirmedBefore = Lsn.NONE;

    /** By port, where the slot was while a stream ran that is in no checkpoint yet. */
    private final Map<Integer, Set<Lsn>> beginnings = new HashMap<>();

    /** Whether the test has failed by them: it still has to clean up. */
    private boolean told;

    private int looks;
    private @Nullable Exception blind;
    private volatile boolean ended;

    private ConfirmedWatch(SourceConfig config, CompletedStates states) {
        this.config = config;
        this.states = states;
    }

    /**
     * Begins, before the job does.
     *
     * @param folder of the job
     * @param restored the checkpoint or savepoint from which it goes on
     */
    static ConfirmedWatch start(SourceConfig config, Path folder, @Nullable String restored) {
        try {
            ConfirmedWatch watch = new ConfirmedWatch(config, CompletedStates.of(folder, restored));
            if (restored != null) {
                watch.places()
                        .values()
                        .forEach(
                                place ->
                                        watch.confirmedBefore =
                                                Lsn.max(watch.confirmedBefore, place.confirmed()));
            }
            Thread thread = new Thread(watch::run, "confirmed-watch");
            thread.setDaemon(true);
            thread.start();
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        while (!ended) {
            look();
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }

    /** Looks once. */
    synchronized void look() {
        if (ended) {
            return;
        }
        for (Map.Entry<Integer, WatchedSlot.Place> place : places().entrySet()) {
            try {
                compare(place.getKey(), place.getValue());
                looks++;
            } catch (IOException e) {
                blind = e;
            }
        }
    }

    private void compare(int port, WatchedSlot.Place place) throws IOException {
        Lsn checkpointed = states.newest(place.confirmed());
        if (!checkpointed.equals(Lsn.NONE)) {
            Lsn most = Lsn.max(checkpointed, confirmedBefore);
            if (place.confirmed().isAfter(most)) {
                violations.add("confirmed " + place.confirmed() + ", checkpointed " + most);
            }
        } else if (place.streamingPid() == null) {
            beginnings.remove(port);
        } else {
            Set<Lsn> begun = beginnings.computeIfAbsent(port, key -> new TreeSet<>());
            if (begun.add(place.confirmed()) && begun.size() > MOST_BEGINNINGS) {
                violations.add("confirmed " + begun + ", nothing is checkpointed");
            }
        }
    }

    /** By port. */
    private Map<Integer, WatchedSlot.Place> places() {
        Map<Integer, WatchedSlot.Place> places = new HashMap<>();
        for (int port : ports()) {
            try {
                slots.computeIfAbsent(
                                port,
                                key ->
                                        new WatchedSlot(
                                                key, config.connection().database(), config.slot()))
                        .place()
                        .ifPresent(place -> places.put(port, place));
            } catch (SQLException serverIsAway) {
                blind = serverIsAway;
            }
        }
        return places;
    }

    private Set<Integer> ports() {
        Set<Integer> ports = new TreeSet<>();
        for (ConnectionConfig.Host host : config.connection().hosts()) {
            ports.add(TcpProxy.behind(host.port()));
        }
        return ports;
    }

    /** Fails, once, when more was confirmed than was checkpointed. */
    synchronized void assertKept() {
        if (!told && !violations.isEmpty()) {
            told = true;
            throw new AssertionError(
                    "Confirmed beyond the newest completed checkpoint, %d times, first: %s"
                            .formatted(violations.size(), violations.get(0)));
        }
    }

    /** Looks for the last time, and fails when more was confirmed than was checkpointed. */
    synchronized void end() {
        if (!ended) {
            look();
            ended = true;
            slots.values().forEach(WatchedSlot::close);
            assertLooked();
        }
        assertKept();
    }

    /** A job that came to a stream had a slot. */
    private void assertLooked() {
        try {
            if (looks == 0 && !states.newest(Lsn.NONE).equals(Lsn.NONE)) {
                throw new AssertionError("Nobody could look at slot " + config.slot(), blind);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

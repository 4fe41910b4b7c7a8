package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the places where a pipeline stood still among the witnessed transactions. */
final class StandStills {

    private final List<Place> accepted = new ArrayList<>();
    private final @Nullable Place refused;
    private final boolean whole;

    /** One of them. */
    private static final class Place {

        private final StandStill pause;
        private boolean found;

        /** The transaction in which it is, and how many of its changes lie in front. */
        private long xid = -1;

        private long inFront;

        private final Set<Long> behind = new HashSet<>();

        Place(StandStill pause) {
            this.pause = pause;
        }
    }

    StandStills(Pauses pauses) {
        pauses.accepted().forEach(pause -> accepted.add(new Place(pause)));
        refused = pauses.refused() == null ? null : new Place(pauses.refused());
        whole = pauses.whole();
    }

    /**
     * The next transaction.
     *
     * @return how many of its lines the stream had come to in the end
     */
    int transaction(WitnessedTransaction transaction, Collection<ExpectedTable> tables) {
        accepted.forEach(place -> look(place, transaction, tables));
        if (refused == null) {
            return transaction.lines().size();
        }
        boolean isBehind = refused.found;
        int at = look(refused, transaction, tables);
        if (isBehind) {
            return 0;
        }
        return at < 0 ? transaction.lines().size() : whole ? 0 : at;
    }

    /** The line in front of which it is; -1 when it is in another transaction. */
    private int look(
            Place place, WitnessedTransaction transaction, Collection<ExpectedTable> tables) {
        if (place.found) {
            place.behind.add(transaction.xid());
            return -1;
        }
        int at = indexOf(place.pause, transaction, tables);
        if (at >= 0) {
            place.found = true;
            place.xid = transaction.xid();
            List<DecodedLine> inFront = transaction.lines().subList(0, whole ? 0 : at);
            for (ExpectedTable table : tables) {
                place.inFront += inFront.stream().filter(table::comes).count();
            }
        }
        return at;
    }

    private static int indexOf(
            StandStill pause, WitnessedTransaction transaction, Collection<ExpectedTable> tables) {
        List<Lsn> places = transaction.places();
        for (int i = 0; i < places.size(); i++) {
            DecodedLine line = transaction.lines().get(i);
            if (places.get(i).equals(pause.lsn())
                    && tables.stream()
                            .anyMatch(
                                    table ->
                                            table.name().equals(pause.table())
                                                    && table.comes(line))) {
                return i;
            }
        }
        return -1;
    }

    /** What came too early, and pauses where there is nothing to stand in front of. */
    List<String> differences(List<ArrowFiles.ArrivedFile> files) {
        List<String> differences = new ArrayList<>();
        List<Place> all = new ArrayList<>(accepted);
        if (refused != null) {
            all.add(refused);
        }
        for (Place place : all) {
            if (!place.found) {
                differences.add("paused in front of " + place.pause + ", where no change is");
                continue;
            }
            long ofItsOwn = 0;
            long behind = 0;
            for (ArrowFiles.ArrivedFile file : files) {
                if (place.pause.files().contains(file.name())) {
                    for (ArrivedRow row : file.rows()) {
                        ofItsOwn += row.event().xid() == place.xid ? 1 : 0;
                        behind += place.behind.contains(row.event().xid()) ? 1 : 0;
                    }
                }
            }
            if (behind > 0 || ofItsOwn > place.inFront) {
                differences.add(
                        "paused in front of %s, and before that was accepted %d changes of its transaction had come, of %d in front, and %d of later ones"
                                .formatted(place.pause, ofItsOwn, place.inFront, behind));
            }
        }
        return differences;
    }
}

package io.nanosync.flink.pg.relation;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A composite type as the catalog has it at a moment. No two moments between which it was altered
 * have the same, even where it was altered back: each alteration writes a row of {@code
 * pg_attribute}.
 *
 * @param oid {@code pg_type.oid}, unsigned 32 bits
 * @param name its name with its schema
 * @param places its attributes by {@code attnum}, those that were dropped among them
 */
public record CompositeType(int oid, String name, List<Place> places) implements Serializable {

    public CompositeType {
        places = List.copyOf(places);
    }

    /**
     * One attribute.
     *
     * @param attnum {@code pg_attribute.attnum}, of which no other attribute ever has the same
     * @param name its name
     * @param typeOid OID of its type, unsigned; 0 when it was dropped
     * @param typmod its typmod
     * @param dropped whether it was dropped: then values have no place for it
     * @param xmin which transaction wrote the row
     */
    public record Place(int attnum, String name, int typeOid, int typmod, boolean dropped, int xmin)
            implements Serializable {}

    /** The attributes that values have. */
    public List<Place> present() {
        return places.stream().filter(place -> !place.dropped()).toList();
    }

    /** The transactions that made it what it is. */
    public Set<Integer> transactions() {
        return places.stream().map(Place::xmin).collect(Collectors.toSet());
    }

    /** Its attributes, for messages. */
    public String attributes() {
        return present().stream()
                .map(place -> place.name() + " #" + place.attnum())
                .collect(Collectors.joining(", ", "(", ")"));
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ByPlace;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.PgType.Attribute;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which composite types columns that are declared ROW are made of. */
final class RowTypes {

    private RowTypes() {}

    /** A column and its table. */
    record OfTable(QualifiedName table, Column column) {}

    /**
     * What the catalog says of the types of columns that were described before.
     *
     * @throws PgException when a type was altered in between: planned again, it is as it is then
     */
    static List<ByPlace> look(ControlSession session, List<OfTable> columns) throws PgException {
        Set<Integer> oids = new LinkedHashSet<>();
        columns.forEach(one -> oids.addAll(parts(one.column()).keySet()));
        Map<Integer, CompositeType> all = new HashMap<>();
        session.composites(List.copyOf(oids)).forEach(type -> all.put(type.oid(), type));
        // Behind the types: what they lack comes behind this place, or isn't seen yet.
        Lsn asOf = session.currentLsn();
        List<ByPlace> looked = new ArrayList<>();
        for (OfTable one : columns) {
            Column column = one.column();
            List<CompositeType> found = new ArrayList<>();
            for (PgType part : parts(column).values()) {
                CompositeType type = all.get(part.oid());
                if (type == null || !isSame(part, type)) {
                    throw PgException.tryAgain(
                            "Type "
                                    + part.name()
                                    + " of column \""
                                    + column.name()
                                    + "\" of "
                                    + one.table()
                                    + " was altered while the statement was planned. Start it"
                                    + " again");
                }
                found.add(type);
            }
            looked.add(new ByPlace(one.table(), column.name(), column.type().oid(), found, asOf));
        }
        return looked;
    }

    private static Map<Integer, PgType> parts(Column column) {
        Map<Integer, PgType> parts = new LinkedHashMap<>();
        collect(column.type(), parts);
        return parts;
    }

    private static void collect(PgType type, Map<Integer, PgType> composites) {
        if (type.element() != null) {
            collect(Objects.requireNonNull(type.element()), composites);
        }
        if (type.kind() == PgType.Kind.COMPOSITE && composites.put(type.oid(), type) == null) {
            type.attributes().forEach(attribute -> collect(attribute.type(), composites));
        }
    }

    private static boolean isSame(PgType described, CompositeType found) {
        List<CompositeType.Place> places = found.present();
        if (places.size() != described.attributes().size()) {
            return false;
        }
        for (int i = 0; i < places.size(); i++) {
            Attribute attribute = described.attributes().get(i);
            CompositeType.Place place = places.get(i);
            if (!attribute.name().equals(place.name())
                    || attribute.type().oid() != place.typeOid()
                    || attribute.typmod() != place.typmod()) {
                return false;
            }
        }
        return true;
    }
}

package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.CompositeCatalog;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ByPlace;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether values that were read have their attributes at the places of the plan. Neither a copy nor
 * the stream tells when a type is altered, and both give values by the catalog as it is at the copy
 * or was at the change: so before values are handed on, the types are compared with those of the
 * plan. None of them is of an alteration that isn't seen then: whoever sends a value of a type's
 * new form has waited for the lock on the type's relation, which is held until the alteration is
 * seen.
 *
 * @param columns which columns are read so
 * @param pipeline its name
 * @param remedy how it is begun anew
 */
public record PlacesProof(List<ByPlace> columns, String pipeline, String remedy)
        implements Serializable {

    public PlacesProof {
        columns = List.copyOf(columns);
    }

    /** The proof for what a source reads. */
    public static PlacesProof of(SourceConfig config) {
        return new PlacesProof(config.byPlace(), config.pipeline(), FreshSnapshot.remedy(config));
    }

    /**
     * The same for these columns, of whichever tables they are. One that has the name of a planned
     * one and is of another type isn't taken apart: whoever reads a value sees its type's OID.
     */
    public PlacesProof of(Collection<Column> some) {
        return new PlacesProof(
                columns.stream().filter(planned -> some.stream().anyMatch(planned::is)).toList(),
                pipeline,
                remedy);
    }

    /** Whether any column is read so. */
    public boolean isNeeded() {
        return !columns.isEmpty();
    }

    /**
     * That all that was read before the call has its attributes at the places of the plan, if it
     * was read or changed behind the plan.
     *
     * @throws PgException when a type was altered
     */
    public void require(CompositeCatalog catalog) throws PgException {
        Map<Integer, CompositeType> types = new HashMap<>();
        catalog.composites(oids()).forEach(type -> types.put(type.oid(), type));
        for (ByPlace column : columns) {
            for (CompositeType planned : column.types()) {
                CompositeType found = types.get(planned.oid());
                if (found == null || !found.places().equals(planned.places())) {
                    throw altered(
                            column,
                            planned,
                            "was altered after the statement was planned, and no change tells"
                                    + " which values came before: it had the attributes "
                                    + planned.attributes()
                                    + ", and "
                                    + (found == null ? "is gone" : "has " + found.attributes()));
                }
            }
        }
    }

    /**
     * That the types were at each change that a slot has yet to deliver what they were at planning.
     * A value has its attributes as they were at the change, which may be long before its
     * transaction ended.
     *
     * @throws PgException when one was altered since, or that can't be told
     */
    public void requireSince(ControlSession control, String slot) throws PgException {
        List<ByPlace> open = columns;
        // Columns that were planned together have the same.
        for (Lsn asOf : columns.stream().map(ByPlace::asOf).distinct().toList()) {
            if (control.deliversOnlyBehind(slot, asOf)) {
                open = open.stream().filter(column -> !column.asOf().equals(asOf)).toList();
            }
        }
        if (open.isEmpty()) {
            return;
        }
        Set<Integer> transactions = new HashSet<>();
        open.stream()
                .flatMap(column -> column.types().stream())
                .forEach(type -> transactions.addAll(type.transactions()));
        Set<Integer> later = control.notOlderThanSlot(slot, transactions);
        for (ByPlace column : open) {
            for (CompositeType type : column.types()) {
                if (type.transactions().stream().anyMatch(later::contains)) {
                    throw altered(
                            column,
                            type,
                            "was created or altered by a transaction that isn't older than slot \""
                                    + slot
                                    + "\": changes that are yet to come may have their values in"
                                    + " other places than "
                                    + type.attributes());
                }
            }
        }
    }

    private List<Integer> oids() {
        return columns.stream()
                .flatMap(column -> column.types().stream())
                .map(CompositeType::oid)
                .distinct()
                .toList();
    }

    private PgException altered(ByPlace column, CompositeType type, String how) {
        return PgException.needsPerson(
                "Cannot read column \""
                        + column.column()
                        + "\" of "
                        + column.table()
                        + " as ROW in pipeline "
                        + pipeline
                        + ": type "
                        + type.name()
                        + " "
                        + how
                        + ". Begin anew, and where types are altered again and again declare the"
                        + " column STRING, which is its text. "
                        + remedy);
    }
}

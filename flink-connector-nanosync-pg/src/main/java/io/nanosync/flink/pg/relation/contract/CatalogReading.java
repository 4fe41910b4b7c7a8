package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as one snapshot of it shows it.
 *
 * @param publication the publication; null when there is none of its name
 * @param schemas the captured tables that are there, found by OID
 * @param tables the terms of the same tables
 * @param attached OIDs of the partitions that may have been written before they were attached: on
 *     servers before 15, those that aren't proven to have been created as partitions. Empty from 15
 *     on, where that doesn't matter
 * @param unwritten those of {@code attached} that have never been written: their changes can't have
 *     been left out, and aren't from a new connection on
 * @param named which table has the name of a captured one: for those names that are taken
 * @param digest changes whenever anything of it does; what {@code ControlSession#catalogDigest}
 *     gives
 */
public record CatalogReading(
        @Nullable PublicationTerms publication,
        List<TableSchema> schemas,
        List<TableTerms> tables,
        Set<Integer> attached,
        Set<Integer> unwritten,
        Map<QualifiedName, Integer> named,
        String digest) {

    /** The same, of which these tables have never been written. */
    public CatalogReading unwritten(Set<Integer> tables) {
        return new CatalogReading(
                publication, schemas, this.tables, attached, tables, named, digest);
    }

    /** What is kept of it; null without a publication. */
    public @Nullable CaptureContract contract() {
        return publication == null ? null : new CaptureContract(publication, tables);
    }
}

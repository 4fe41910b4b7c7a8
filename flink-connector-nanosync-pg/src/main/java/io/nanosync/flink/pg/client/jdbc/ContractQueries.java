package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.ControlSession.Unwritten;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.Ancestor;
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.relation.contract.Coverage;
import io.nanosync.flink.pg.relation.contract.Partition;
import io.nanosync.flink.pg.relation.contract.PrimaryKey;
import io.nanosync.flink.pg.relation.contract.PublicationTerms;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.wal.Lsn;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a capture contract is made of: any number of tables in a few queries. */
final class ContractQueries {

    private final Session session;
    private final TableCatalog catalog;

    ContractQueries(Session session, TableCatalog catalog) {
        this.session = session;
        this.catalog = catalog;
    }

    CatalogReading read(String publication, List<TableSchema> captured) throws PgException {
        return session.underOneSnapshot(
                "read the catalog of publication \"" + publication + "\"",
                () -> reading(publication, captured));
    }

    private CatalogReading reading(String publication, List<TableSchema> captured)
            throws PgException {
        Question question = new Question(session, publication, captured);
        PublicationTerms terms = question.first(ContractSql.PUBLICATION, this::publication);
        List<TableDescription> tables =
                catalog.describe(
                        question.doing(),
                        captured.stream().map(TableSchema::oid).toList(),
                        publication);
        Map<Integer, List<Coverage>> coverage =
                question.grouped(ContractSql.COVERAGE, ContractQueries::coverage);
        Map<Integer, List<Ancestor>> ancestors =
                question.grouped(ContractSql.ANCESTORS, ContractQueries::ancestor);
        Map<Integer, List<Partition>> partitions =
                question.grouped(ContractSql.PARTITIONS, ContractQueries::partition);
        Set<Integer> attached =
                session.major() < 15
                        ? Set.copyOf(
                                question.rows(
                                        ContractSql.ATTACHED, row -> (int) row.getLong("oid")))
                        : Set.of();
        Map<Integer, PrimaryKey> keys = new HashMap<>();
        question.rows(
                        ContractSql.KEYS,
                        row -> Map.entry((int) row.getLong("captured"), primaryKey(row)))
                .forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
        Map<QualifiedName, Integer> named = new HashMap<>();
        question.rows(ContractSql.NAMED, row -> Map.entry(name(row), (int) row.getLong("oid")))
                .forEach(entry -> named.put(entry.getKey(), entry.getValue()));
        List<TableTerms> tableTerms = new ArrayList<>();
        for (TableDescription table : tables) {
            int oid = table.schema().oid();
            tableTerms.add(
                    new TableTerms(
                            oid,
                            table.schema().name(),
                            table.kind(),
                            table.persistence(),
                            List.copyOf(coverage.getOrDefault(oid, List.of())),
                            List.copyOf(ancestors.getOrDefault(oid, List.of())),
                            List.copyOf(partitions.getOrDefault(oid, List.of())),
                            keys.get(oid)));
        }
        return new CatalogReading(
                terms,
                tables.stream().map(TableDescription::schema).toList(),
                List.copyOf(tableTerms),
                attached,
                Set.of(),
                Map.copyOf(named),
                question.digest());
    }

    /**
     * @param behind where the WAL ended before this was asked
     */
    Unwritten unwritten(Set<Integer> tables, Lsn behind) throws PgException {
        return new Unwritten(
                Set.copyOf(
                        session.rows(
                                "look whether tables have been written",
                                ContractSql.UNWRITTEN,
                                row -> (int) row.getLong("oid"),
                                (Object)
                                        tables.stream()
                                                .map(Integer::toUnsignedLong)
                                                .toArray(Long[]::new))),
                behind);
    }

    String digest(String publication, List<TableSchema> captured) throws PgException {
        return new Question(session, publication, captured).digest();
    }

    @Nullable Integer rootOf(int table, List<Integer> roots) throws PgException {
        return session.first(
                "look whether table " + Integer.toUnsignedString(table) + " is a partition",
                ContractSql.ROOT_OF,
                row -> (int) row.getLong(1),
                Integer.toUnsignedLong(table),
                roots.stream().map(Integer::toUnsignedLong).toArray(Long[]::new));
    }

    private PublicationTerms publication(ResultSet row) throws SQLException {
        return new PublicationTerms(
                (int) row.getLong("oid"),
                (int) row.getLong("version"),
                (int) row.getLong("pubowner"),
                row.getBoolean("puballtables"),
                row.getBoolean("pubinsert"),
                row.getBoolean("pubupdate"),
                row.getBoolean("pubdelete"),
                row.getBoolean("pubtruncate"),
                row.getBoolean("pubviaroot"),
                row.getString("pubgencols").charAt(0));
    }

    private static Coverage coverage(ResultSet row) throws SQLException {
        return new Coverage(
                Coverage.By.valueOf(row.getString("by")),
                (int) row.getLong("of"),
                (int) row.getLong("oid"),
                (int) row.getLong("version"),
                row.getString("row_filter"),
                row.getString("column_list"),
                member(row));
    }

    private static Coverage.@Nullable Member member(ResultSet row) throws SQLException {
        long oid = row.getLong("member");
        return row.wasNull()
                ? null
                : new Coverage.Member((int) oid, (int) row.getLong("member_version"));
    }

    private static Ancestor ancestor(ResultSet row) throws SQLException {
        return new Ancestor((int) row.getLong("oid"), name(row), (int) row.getLong("version"));
    }

    private static Partition partition(ResultSet row) throws SQLException {
        Array key = row.getArray("key");
        return new Partition(
                (int) row.getLong("oid"),
                name(row),
                row.getString("relkind").charAt(0),
                row.getString("relpersistence").charAt(0),
                ReplicaIdentity.of(row.getString("relreplident").charAt(0)),
                List.of((String[]) key.getArray()),
                (int) row.getLong("parent"),
                (int) row.getLong("version"));
    }

    private static PrimaryKey primaryKey(ResultSet row) throws SQLException {
        return new PrimaryKey((int) row.getLong("oid"), (int) row.getLong("version"));
    }

    private static QualifiedName name(ResultSet row) throws SQLException {
        return new QualifiedName(row.getString("nspname"), row.getString("relname"));
    }

    /** The queries share their arguments. */
    private record Question(Session session, String publication, List<TableSchema> captured) {

        String doing() {
            return "read what publication \"" + publication + "\" says of the captured tables";
        }

        private Object[] arguments() {
            return new Object[] {
                publication,
                captured.stream()
                        .map(table -> Integer.toUnsignedLong(table.oid()))
                        .toArray(Long[]::new),
                captured.stream().map(table -> table.name().schema()).toArray(String[]::new),
                captured.stream().map(table -> table.name().name()).toArray(String[]::new)
            };
        }

        <T> List<T> rows(String select, RowReader<T> reader) throws PgException {
            return session.rows(
                    doing(), ContractSql.of(select, session.major()), reader, arguments());
        }

        <T> @Nullable T first(String select, RowReader<T> reader) throws PgException {
            List<T> rows = rows(select, reader);
            return rows.isEmpty() ? null : rows.get(0);
        }

        /** Rows by the captured table that they belong to. */
        <T> Map<Integer, List<T>> grouped(String select, RowReader<T> reader) throws PgException {
            Map<Integer, List<T>> grouped = new HashMap<>();
            rows(
                    select,
                    row ->
                            grouped.computeIfAbsent(
                                            (int) row.getLong("captured"), oid -> new ArrayList<>())
                                    .add(reader.read(row)));
            return grouped;
        }

        String digest() throws PgException {
            return session.one(
                    doing(),
                    ContractSql.digest(session.major()),
                    row -> row.getString(1),
                    arguments());
        }
    }
}

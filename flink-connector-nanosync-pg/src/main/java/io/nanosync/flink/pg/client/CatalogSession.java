package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is on a server, for someone who looks around. Used by one thread. */
public interface CatalogSession extends AutoCloseable {

    /** Databases that take connections, whether from this role or not, by name; no templates. */
    List<Database> databases() throws PgException;

    /**
     * Tables of this database that the role may read and the source can: ordinary and partitioned
     * ones of all schemas but the system's, by name. Partitions come with their roots.
     */
    List<QualifiedName> tables() throws PgException;

    /** One table, view or the like, whether it can be read or not; null when there is none. */
    @Nullable Entry entry(QualifiedName name) throws PgException;

    /**
     * What the server's statistics say of tables together, within seconds; null when most of what
     * there is was never analyzed.
     */
    @Nullable TableEstimate estimate(List<QualifiedName> tables) throws PgException;

    @Override
    void close();

    /**
     * A database.
     *
     * @param mayConnect whether this role has CONNECT
     */
    record Database(String name, boolean mayConnect, @Nullable String comment) {}

    /**
     * A table, or what looks like one.
     *
     * @param schema its columns and keys as a snapshot sees them
     * @param kind {@code pg_class.relkind}: {@code r} table, {@code p} partitioned, {@code v} view,
     *     {@code f} foreign …
     * @param mayUseSchema whether the role has USAGE on the schema
     * @param maySelect whether it has SELECT on the table
     * @param columnComments by column, of those that have one
     */
    record Entry(
            TableSchema schema,
            char kind,
            boolean mayUseSchema,
            boolean maySelect,
            @Nullable String comment,
            Map<String, String> columnComments) {}
}

package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PreflightRequest;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all checks share.
 *
 * @param session the session to ask
 * @param connector opens further sessions, as the pipeline would
 * @param request what the pipeline needs
 * @param role who asks
 * @param tables the tables and their leaves
 * @param publication the publication as it is; null without a stream, or when there is none yet
 */
record PreflightContext(
        Session session,
        Connector connector,
        PreflightRequest request,
        RoleFacts role,
        List<TableFacts> tables,
        @Nullable PublicationState publication) {

    static PreflightContext of(Session session, Connector connector, PreflightRequest request)
            throws PgException {
        String publication = request.publication();
        return new PreflightContext(
                session,
                connector,
                request,
                RoleFacts.of(session),
                TableFacts.of(session, request.tables()),
                publication == null
                        ? null
                        : new PublicationQueries(session).publication(publication));
    }

    /** Whether the pipeline streams, and so needs slot, publication and replica identities. */
    boolean streams() {
        return request.publication() != null;
    }

    /**
     * Whether updates or deletes are published, which need to say which row they are of. Not so for
     * a publication of inserts alone.
     */
    boolean needsIdentities() {
        return streams() && (publication == null || publication.update() || publication.delete());
    }

    /** The tables that were asked for and are there. */
    List<TableFacts> named() {
        return tables.stream().filter(table -> table.root() == null && table.exists()).toList();
    }

    /** The tables that were asked for and that a publication can hold. */
    List<TableFacts> publishable() {
        return named().stream().filter(TableFacts::isTable).toList();
    }

    /** Tables and leaves that store rows. */
    List<TableFacts> stored() {
        return tables.stream().filter(table -> table.kind() == 'r').toList();
    }

    /** {@code "role"}, quoted for SQL. */
    String roleSql() {
        return QualifiedName.quote(role.name());
    }

    @Nullable String setting(String name) throws PgException {
        return new ServerQueries(session).setting(name);
    }

    /** A setting that is a number on every version; 0 where the server doesn't know it. */
    int number(String name) throws PgException {
        String value = setting(name);
        return value == null ? 0 : Integer.parseInt(value);
    }
}

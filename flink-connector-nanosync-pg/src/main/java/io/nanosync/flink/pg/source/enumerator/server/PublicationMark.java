package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.SourceConfig;

/**
 * The comment of a publication that a pipeline made: it goes with the publication, so one that
 * somebody makes under the same name later, or that a dump brings to another server, isn't taken
 * for the pipeline's.
 */
final class PublicationMark {

    private PublicationMark() {}

    static String of(SourceConfig config, ServerIdentity server) {
        return "Made by Nanosync for pipeline "
                + config.pipeline()
                + " in database "
                + config.connection().database()
                + " of system "
                + Long.toUnsignedString(server.systemIdentifier());
    }
}

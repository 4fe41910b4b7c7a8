package io.nanosync.flink.pg.client;

import java.io.IOException;
import java.util.List;

/**
 * What a pipeline has on its server, found under the lock that keeps a job of the pipeline out for
 * as long as this is open. One thread at a time.
 */
public interface Remnants extends AutoCloseable {

    /** All of it, also what isn't there. */
    List<Remnant> found();

    /**
     * Drops one whose fate that is. What is gone by now is no error.
     *
     * @throws PgException when the server refuses
     */
    void drop(Remnant remnant) throws IOException;

    @Override
    void close();
}

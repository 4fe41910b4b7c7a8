package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpoint;
import io.nanosync.flink.pg.source.split.PgSplit;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The source's splits and enumerator, for tests whose readers give something else. */
abstract class DelegatingSource<T>
        implements Source<T, PgSplit, EnumeratorCheckpoint>, ResultTypeQueryable<T> {

    private static final long serialVersionUID = 1L;

    final PgSource source;

    DelegatingSource(PgSource source) {
        this.source = source;
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    @Override
    public SplitEnumerator<PgSplit, EnumeratorCheckpoint> createEnumerator(
            SplitEnumeratorContext<PgSplit> context) {
        return source.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<PgSplit, EnumeratorCheckpoint> restoreEnumerator(
            SplitEnumeratorContext<PgSplit> context, EnumeratorCheckpoint restored) {
        return source.restoreEnumerator(context, restored);
    }

    @Override
    public SimpleVersionedSerializer<PgSplit> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorCheckpoint> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }
}

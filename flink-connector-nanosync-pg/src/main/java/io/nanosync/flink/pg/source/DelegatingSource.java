package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpoint;
import io.nanosync.flink.pg.source.split.PgSplit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;

/**
 * Another source with this one's splits and enumerator.
 *
 * @param <T> what its readers give
 */
@Internal
public abstract class DelegatingSource<T>
        implements Source<T, PgSplit, EnumeratorCheckpoint>,
                ResultTypeQueryable<T>,
                LineageVertexProvider {

    private static final long serialVersionUID = 1L;

    /** The source as it is now. */
    protected abstract PgSource source();

    @Override
    public Boundedness getBoundedness() {
        return source().getBoundedness();
    }

    /** Of the source as it is whenever it is looked at. */
    @Override
    public SourceLineageVertex getLineageVertex() {
        return new CapturedDatasets(() -> source().config());
    }

    @Override
    public SplitEnumerator<PgSplit, EnumeratorCheckpoint> createEnumerator(
            SplitEnumeratorContext<PgSplit> context) {
        return source().createEnumerator(context);
    }

    @Override
    public SplitEnumerator<PgSplit, EnumeratorCheckpoint> restoreEnumerator(
            SplitEnumeratorContext<PgSplit> context, EnumeratorCheckpoint restored) {
        return source().restoreEnumerator(context, restored);
    }

    @Override
    public SimpleVersionedSerializer<PgSplit> getSplitSerializer() {
        return source().getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorCheckpoint> getEnumeratorCheckpointSerializer() {
        return source().getEnumeratorCheckpointSerializer();
    }
}

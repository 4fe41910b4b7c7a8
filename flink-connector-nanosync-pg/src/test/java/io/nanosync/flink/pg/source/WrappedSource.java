package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpoint;
import io.nanosync.flink.pg.source.split.PgSplit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The source, for tests that have one part of it be another. */
abstract class WrappedSource
        implements Source<ChangeBatch, PgSplit, EnumeratorCheckpoint>,
                ResultTypeQueryable<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    private final PgSource source;

    WrappedSource(PgSource source) {
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
    public SourceReader<ChangeBatch, PgSplit> createReader(SourceReaderContext context) {
        return source.createReader(context);
    }

    @Override
    public SimpleVersionedSerializer<PgSplit> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorCheckpoint> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<ChangeBatch> getProducedType() {
        return source.getProducedType();
    }
}

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.PgSource;
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
import org.jspecify.annotations.Nullable;

/**
 * The source of a pipeline in a job. While Flink translates a statement, scan by scan, it becomes
 * one of more tables; the job that is made of the translation has it as it is by then.
 */
final class PipelineSource
        implements Source<ChangeBatch, PgSplit, EnumeratorCheckpoint>,
                ResultTypeQueryable<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    private PgSource source;

    /** Null where the job runs. */
    private final transient @Nullable PipelineScans scans;

    PipelineSource(PgSource source, PipelineScans scans) {
        this.source = source;
        this.scans = scans;
    }

    void become(PgSource other) {
        source = other;
    }

    /** The scans that read from it. */
    PipelineScans scans() {
        PipelineScans known = scans;
        if (known == null) {
            throw new IllegalStateException("Scans are known while a statement is translated");
        }
        return known;
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

package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.DelegatingSource;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.source.split.PgSplit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.jspecify.annotations.Nullable;

/**
 * The source of a pipeline in a job. While Flink translates a statement, scan by scan, it becomes
 * one of more tables; the job that is made of the translation has it as it is by then.
 */
final class PipelineSource extends DelegatingSource<ChangeBatch> {

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

    /** Asked first of all when the translation is whole. */
    @Override
    public Boundedness getBoundedness() {
        if (scans != null) {
            scans.end();
        }
        return super.getBoundedness();
    }

    @Override
    protected PgSource source() {
        return source;
    }

    @Override
    public SourceReader<ChangeBatch, PgSplit> createReader(SourceReaderContext context) {
        return source.createReader(context);
    }

    @Override
    public TypeInformation<ChangeBatch> getProducedType() {
        return source.getProducedType();
    }
}

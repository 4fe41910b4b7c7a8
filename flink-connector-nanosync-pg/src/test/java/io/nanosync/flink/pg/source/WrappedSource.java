package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.split.PgSplit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;

/** The source, for tests that have one part of it be another. */
abstract class WrappedSource extends DelegatingSource<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    private final PgSource source;

    WrappedSource(PgSource source) {
        this.source = source;
    }

    @Override
    protected final PgSource source() {
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

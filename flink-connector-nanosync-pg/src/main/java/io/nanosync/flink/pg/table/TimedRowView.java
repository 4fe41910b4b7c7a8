package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.source.PipelineFailedException;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskIOMetricGroup;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.operators.util.PausableRelativeClock;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.apache.flink.util.clock.RelativeClock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RowView} that makes watermarks. Rows of a snapshot come in any order and through all
 * subtasks, so there is none up to the stream; from there on they go by its changes, in the subtask
 * that has it, and the others are idle.
 *
 * <p>That the stream begins, each subtask hears from its reader: a status {@code IDLE} with {@code
 * ACTIVE} behind it. By then a checkpoint has completed whose barriers have pushed all rows of the
 * snapshot through the job, so that none can come behind a watermark of another subtask. A bounded
 * snapshot has no watermark but that of its end.
 *
 * <p>Keeps no state, as the assigner of Flink's: watermarks begin again behind a restart.
 */
@SuppressWarnings("try") // Flink declares close() to throw Exception.
final class TimedRowView extends StreamFlatMap<ChangeBatch, RowData>
        implements ProcessingTimeCallback {

    private static final long serialVersionUID = 1L;

    /** How often silence is looked for where watermarks aren't made from time to time. */
    private static final long SILENCE_PERIOD_MILLIS = 200;

    private final EventTime time;
    private transient @Nullable Rows rows;

    TimedRowView(RowView view, EventTime time) {
        super(view);
        this.time = time;
    }

    @Override
    public void open() throws Exception {
        super.open();
        rows = new Rows();
        awaitTimer();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // An error of the timer fails the task.
    private void awaitTimer() {
        getProcessingTimeService().registerTimer(rows().nextTimer(), this);
    }

    private Rows rows() {
        Rows opened = rows;
        if (opened == null) {
            throw new IllegalStateException("Not opened");
        }
        return opened;
    }

    @Override
    public void processElement(StreamRecord<ChangeBatch> element) throws Exception {
        rows().begin(element);
        userFunction.flatMap(element.getValue(), rows());
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) {
        rows().status(status);
    }

    /** The source makes none but that of the end. */
    @Override
    public void processWatermark(org.apache.flink.streaming.api.watermark.Watermark mark)
            throws Exception {
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            rows().end();
        }
    }

    @Override
    public void onProcessingTime(long timestamp) {
        rows().emitPeriodically();
        awaitTimer();
    }

    @Override
    public void close() throws Exception {
        if (rows != null) {
            rows.close();
        }
        super.close();
    }

    /** Takes the rows of batches, and gives them and their watermarks to the operators behind. */
    private final class Rows implements Collector<RowData> {

        private final TimestampedCollector<RowData> behind = new TimestampedCollector<>(output);
        private final long periodMillis = getExecutionConfig().getAutoWatermarkInterval();
        private final PausableRelativeClock clock =
                new PausableRelativeClock(getProcessingTimeService().getClock());
        private final SilenceClock silence = new SilenceClock(clock);
        private final Marks marks = new Marks();
        private final Highest highest = new Highest();
        private final WatermarkGenerator<RowData> generator =
                time.strategy().createWatermarkGenerator(new Context(silence));
        private @Nullable ChangeBatch batch;
        private long batchTimestamp;
        private boolean told;

        Rows() {
            // What a sink takes its time for is no silence of the source.
            io().registerBackPressureListener(clock);
        }

        private TaskIOMetricGroup io() {
            return getContainingTask().getEnvironment().getMetricGroup().getIOMetricGroup();
        }

        void begin(StreamRecord<ChangeBatch> element) {
            behind.setTimestamp(element);
            batch = element.getValue();
            batchTimestamp = element.getTimestamp();
            if (!element.getValue().snapshot()) {
                marks.release();
            }
        }

        @Override
        public void collect(RowData row) {
            boolean timed = time.isOf(row);
            if (timed && time.isMissing(row)) {
                throw missing(row.getRowKind());
            }
            silence.end();
            if (timed) {
                // The generator says that it is silent once, until it has an event.
                marks.markActive();
            }
            behind.collect(row);
            if (timed && marks.released) {
                generator.onEvent(row, batchTimestamp, marks);
                // What is made from time to time goes by the newest row then, which may be older.
                generator.onPeriodicEmit(highest);
                if (periodMillis <= 0) {
                    marks.emitWatermark(highest.watermark);
                }
            }
        }

        private PipelineFailedException missing(RowKind kind) {
            String which =
                    switch (kind) {
                        case INSERT, UPDATE_AFTER -> "A row of ";
                        case UPDATE_BEFORE -> "The old row of an update of ";
                        case DELETE -> "A deleted row of ";
                    };
            return new PipelineFailedException(
                    which
                            + (batch == null ? "a table" : batch.table())
                            + " has null in \""
                            + time.column()
                            + "\", and so no time, by which there is a WATERMARK. Declare that for"
                            + " a computed column which is never null, COALESCE("
                            + time.column()
                            + ", …)");
        }

        void emitPeriodically() {
            if (marks.released && !marks.withoutWork) {
                silence.look();
                marks.emitWatermark(highest.watermark);
                generator.onPeriodicEmit(marks);
            }
        }

        long nextTimer() {
            return getProcessingTimeService().getCurrentProcessingTime()
                    + (periodMillis > 0 ? periodMillis : SILENCE_PERIOD_MILLIS);
        }

        void status(WatermarkStatus status) {
            if (told) {
                marks.work(status.isActive());
            } else if (status.isActive()) {
                told = true;
                marks.release();
            }
        }

        void end() {
            marks.work(true);
            marks.markActive();
            marks.emitWatermark(Watermark.MAX_WATERMARK);
        }

        @Override
        public void close() {
            io().unregisterBackPressureListener(clock);
        }
    }

    /** What a generator is made with. */
    private final class Context implements WatermarkGeneratorSupplier.Context {

        private final RelativeClock clock;

        Context(RelativeClock clock) {
            this.clock = clock;
        }

        @Override
        public MetricGroup getMetricGroup() {
            return TimedRowView.this.getMetricGroup();
        }

        @Override
        public RelativeClock getInputActivityClock() {
            return clock;
        }
    }

    /** The highest watermark that was made. */
    private static final class Highest implements WatermarkOutput {

        private Watermark watermark = new Watermark(Long.MIN_VALUE);

        @Override
        public void emitWatermark(Watermark made) {
            if (made.getTimestamp() > watermark.getTimestamp()) {
                watermark = made;
            }
        }

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}
    }

    /** Watermarks and status on their way to the operators behind. */
    private final class Marks implements WatermarkOutput {

        private long emitted = Long.MIN_VALUE;

        /** Whether the stream has begun. */
        private boolean released;

        private boolean withoutWork;
        private boolean silent;
        private boolean idle;

        void release() {
            released = true;
        }

        void work(boolean there) {
            withoutWork = !there;
            tell();
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            if (watermark.getTimestamp() > emitted) {
                emitted = watermark.getTimestamp();
                markActive();
                output.emitWatermark(
                        new org.apache.flink.streaming.api.watermark.Watermark(emitted));
            }
        }

        @Override
        public void markIdle() {
            silent = true;
            tell();
        }

        @Override
        public void markActive() {
            if (silent) {
                silent = false;
                tell();
            }
        }

        private void tell() {
            if (idle != (withoutWork || silent)) {
                idle = !idle;
                output.emitWatermarkStatus(idle ? WatermarkStatus.IDLE : WatermarkStatus.ACTIVE);
            }
        }
    }
}

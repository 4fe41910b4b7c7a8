package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.junit.jupiter.api.Test;

class TimedRowViewTest {

    /** A batch is handed on, not copied. */
    @Test
    void isChainedToTheSource() {
        TimedRowView view =
                new TimedRowView(
                        new RowView(new ScanPlan(List.of()), new PipelineTables()),
                        new EventTime(WatermarkStrategy.noWatermarks(), "", null, false));
        assertThat(SimpleOperatorFactory.of(view).getChainingStrategy())
                .isEqualTo(ChainingStrategy.ALWAYS);
    }
}

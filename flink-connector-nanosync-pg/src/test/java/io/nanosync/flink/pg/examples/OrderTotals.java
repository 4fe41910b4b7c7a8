package io.nanosync.flink.pg.examples;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.source.PgSource;
import java.math.BigDecimal;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** What each customer has ordered, as of now. */
public final class OrderTotals {

    private OrderTotals() {}

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(10_000);
        totals(env, System.getenv("SHOP_DSN")).print();
        env.execute("order totals");
    }

    static DataStream<Tuple2<Long, BigDecimal>> totals(StreamExecutionEnvironment env, String dsn) {
        DataStream<ChangeBatch> changes =
                PgSource.builder()
                        .pipeline("order_totals")
                        .dsn(dsn)
                        .tables("public.orders")
                        .property("snapshot_workers", 2)
                        .keepsRows()
                        .build()
                        .addTo(env);
        return changes.flatMap(new Amounts())
                .keyBy(amount -> amount.f0)
                .reduce((sum, next) -> Tuple2.of(sum.f0, sum.f1.add(next.f1)));
    }

    /** By how much a change alters what a customer has ordered. */
    private static final class Amounts
            implements FlatMapFunction<ChangeBatch, Tuple2<Long, BigDecimal>> {

        private static final long serialVersionUID = 1L;

        @Override
        public void flatMap(ChangeBatch batch, Collector<Tuple2<Long, BigDecimal>> out) {
            for (ChangeRow change : batch.rows()) {
                if (change.op() == Op.TRUNCATE) {
                    throw new IllegalStateException("All orders are gone: start without state");
                }
                RowImage before = change.before();
                if (before != null) {
                    out.collect(Tuple2.of(customer(before), total(before).negate()));
                }
                RowImage after = change.after();
                if (after != null) {
                    out.collect(Tuple2.of(customer(after), total(after)));
                }
            }
        }

        private static Long customer(RowImage order) {
            return (Long) order.value("customer_id");
        }

        private static BigDecimal total(RowImage order) {
            return (BigDecimal) order.value("total");
        }
    }
}

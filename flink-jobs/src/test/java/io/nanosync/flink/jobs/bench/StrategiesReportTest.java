package io.nanosync.flink.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.Partitioning;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StrategiesReportTest {

    private static final StrategiesReport REPORT =
            new StrategiesReport(
                    new StrategiesPlan(List.of(20_000_000L), 4, 2, 3),
                    Map.of("PostgreSQL", "18.6"),
                    List.of(
                            new StrategiesTable(
                                    20_000_000,
                                    4_500L << 20,
                                    true,
                                    OptionalDouble.of(2.25),
                                    List.of(
                                            reads(new Partitioning.Ctid(), null, 10, 30, 20),
                                            reads(
                                                    new Partitioning.Minmax("customer_id"),
                                                    "scattered",
                                                    25,
                                                    50,
                                                    40)))));

    @Test
    void pageFitsAHundredColumns() {
        String page = REPORT.text();

        assertThat(page.lines()).allMatch(line -> line.length() <= 100);
        assertThat(page)
                .contains("20,000,000 rows, 4,500 MB, an index on each column; load average 2.3")
                .containsPattern("ctid +1\\.00 s +20\\.00 s +1,000,000 +1\\.00 +1\\.00")
                .containsPattern(
                        "minmax customer_id, scattered +1\\.00 s +40\\.00 s +500,000 +2\\.00"
                                + " +0\\.50");
    }

    @Test
    void jsonHasEachRead() throws Exception {
        assertThat(REPORT.json())
                .contains("\"indexed\":true,\"loadAverage\":2.25")
                .contains("{\"strategy\":\"ctid\",\"rows\":20000000,\"rowsPerSecond\":1000000")
                .contains(
                        "{\"strategy\":\"minmax\",\"column\":\"customer_id\","
                                + "\"order\":\"scattered\",\"rows\":20000000,"
                                + "\"rowsPerSecond\":500000,\"secondsPerMillionRows\":2.0,"
                                + "\"ratio\":0.5,\"seconds\":[25.0,50.0,40.0],"
                                + "\"firstRowSeconds\":[1.0,1.0,1.0]}")
                .doesNotContain("\n");
    }

    private static StrategyReads reads(Partitioning partitioning, String order, long... seconds) {
        return new StrategyReads(
                partitioning,
                order,
                java.util.Arrays.stream(seconds)
                        .mapToObj(s -> new TableRead(20_000_000, 1_000_000_000, s * 1_000_000_000))
                        .toList());
    }
}

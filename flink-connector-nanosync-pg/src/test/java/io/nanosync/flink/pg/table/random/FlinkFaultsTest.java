package io.nanosync.flink.pg.table.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkFaultsTest {

    private static String join(String type, String where, String changes) {
        return """
Sink(table=[default_catalog.default_database.k], fields=[id, v], changelogMode=[NONE])
+- Join(joinType=[%s], where=[%s], select=[id, v, EXPR$0], leftInputSpec=[HasUniqueKey], \
rightInputSpec=[JoinKeyContainsUniqueKey], changelogMode=[%s])
   :- Exchange(distribution=[single], changelogMode=[I,UB,UA,D])
"""
                .formatted(type, where, changes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<(v, EXPR$0)", "AND(=(id, id0), <(v, v0))", "OR(=(id, id0), =(v, v0))"})
    void innerJoinByMoreThanEqualColumnsLacksThem(String where) {
        assertThat(FlinkFaults.joinLacksOldRows(join("InnerJoin", where, "I,UA,D"))).isTrue();
        assertThat(FlinkFaults.joinLacksOldRows(join("InnerJoin", where, "I,UB,UA,D"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "=(id, $f0)", "AND(=(id, id0), =(v, EXPR$0))"})
    void onlyOuterJoinByEqualColumnsLacksThem(String where) {
        assertThat(FlinkFaults.joinLacksOldRows(join("InnerJoin", where, "I,UA,D"))).isFalse();
        assertThat(FlinkFaults.joinLacksOldRows(join("LeftOuterJoin", where, "I,UA,D"))).isTrue();
        assertThat(FlinkFaults.joinLacksOldRows(join("LeftSemiJoin", where, "I,UB,UA,D")))
                .isFalse();
    }

    @Test
    void onlyAStackThatOverflowsThereIsKnown() {
        StackOverflowError error = new StackOverflowError();
        assertThat(FlinkFaults.isKnown(error)).isFalse();
        error.setStackTrace(
                new StackTraceElement[] {
                    new StackTraceElement(
                            "org.apache.flink.FlinkAggregateJoinTransposeRule",
                            "containsSnapshot",
                            null,
                            1)
                });
        assertThat(FlinkFaults.isKnown(error)).isTrue();
    }
}

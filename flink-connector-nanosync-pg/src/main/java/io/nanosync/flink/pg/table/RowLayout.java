package io.nanosync.flink.pg.table;

import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** How the fields of rows lie in Flink's binary form. */
final class RowLayout {

    private RowLayout() {}

    /** Whether fields that are written as of these types are the same when read as of those. */
    static boolean isSame(List<LogicalType> written, List<LogicalType> read) {
        if (written.size() != read.size()) {
            return false;
        }
        for (int i = 0; i < read.size(); i++) {
            if (!isSame(written.get(i), read.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Precision of TIME and lengths of texts and bytes aren't in the layout. */
    private static boolean isSame(LogicalType written, LogicalType read) {
        LogicalTypeRoot root = written.getTypeRoot();
        if (written.is(LogicalTypeFamily.CHARACTER_STRING)) {
            return read.is(LogicalTypeFamily.CHARACTER_STRING);
        }
        return root == read.getTypeRoot()
                && switch (root) {
                    case DECIMAL ->
                            LogicalTypeChecks.getPrecision(written)
                                            == LogicalTypeChecks.getPrecision(read)
                                    && LogicalTypeChecks.getScale(written)
                                            == LogicalTypeChecks.getScale(read);
                    case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                            LogicalTypeChecks.getPrecision(written)
                                    == LogicalTypeChecks.getPrecision(read);
                    default -> isSame(written.getChildren(), read.getChildren());
                };
    }
}

package io.nanosync.flink.pg.table.random;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a value of PostgreSQL or of Flink as text, equal values alike. */
final class Values {

    private Values() {}

    static String text(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[] bytes) {
            return "x" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Number) {
            BigDecimal number = new BigDecimal(value.toString());
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return value instanceof String ? "'" + value + "'" : value.toString();
    }

    static String text(ResultSet row, int column) throws SQLException {
        return switch (row.getMetaData().getColumnTypeName(column)) {
            case "date" -> text(row.getObject(column, LocalDate.class));
            case "timestamp" -> text(row.getObject(column, LocalDateTime.class));
            case "timestamptz" -> {
                OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
                yield text(time == null ? null : time.toInstant());
            }
            case "bytea" -> text(row.getBytes(column));
            default -> text(row.getObject(column));
        };
    }

    /** The rows of a result, and how often there is each. */
    static Map<List<String>, Long> counted(ResultSet result) throws SQLException {
        Map<List<String>, Long> rows = new HashMap<>();
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(text(result, i));
            }
            rows.merge(row, 1L, Long::sum);
        }
        return rows;
    }
}

package io.nanosync.flink.pg.testing.verify;

/** Brings PostgreSQL's text of a value to the form that {@link ArrowText} gives the same value. */
final class PgText {

    private PgText() {}

    /**
     * The common form.
     *
     * @param type as {@code format_type} prints it without its modifier
     */
    static String canonical(String type, String text) {
        return switch (type) {
            case "real" -> real(text);
            case "double precision" -> doublePrecision(text);
            case "money" -> text.replace("$", "").replace(",", "");
            case "boolean" -> text.startsWith("t") ? "true" : "false";
            default -> text;
        };
    }

    private static String real(String text) {
        return switch (text) {
            case "NaN", "Infinity", "-Infinity" -> text;
            default -> Float.toString(Float.parseFloat(text));
        };
    }

    private static String doublePrecision(String text) {
        return switch (text) {
            case "NaN", "Infinity", "-Infinity" -> text;
            default -> Double.toString(Double.parseDouble(text));
        };
    }
}

package io.nanosync.flink.pg.columnar;

/**
 * A value of a type that was altered after the pipeline began. Neither a copy nor a stream
 * announces that: such a value is the first to tell. The message names the type and how it differs;
 * never the value.
 */
public final class AlteredTypeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param type the type's name
     * @param expected what it was made of when the pipeline began
     * @param found what it is made of now
     */
    public AlteredTypeException(String type, String expected, String found) {
        super(
                "type "
                        + type
                        + " was altered after this pipeline began (expected "
                        + expected
                        + ", found "
                        + found
                        + "), which nothing announces. What was written since comes so even when"
                        + " that is undone: only a fresh snapshot gets over it");
    }
}

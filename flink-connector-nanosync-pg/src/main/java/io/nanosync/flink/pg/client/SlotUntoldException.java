package io.nanosync.flink.pg.client;

/**
 * A slot was asked for, and the server's answer never came: it may make the slot all the same.
 * Every other failure to create a slot leaves none.
 */
public final class SlotUntoldException extends PgException {

    private static final long serialVersionUID = 1L;

    /**
     * @param failure why the answer didn't come
     */
    public SlotUntoldException(PgException failure) {
        super(failure.getMessage(), failure.sqlState(), failure.recovery(), failure);
    }
}

package io.nanosync.flink.pg.client;

/**
 * A publication's row filter has no result for a row. It fails alike for each change of such a row,
 * and a change that is written stays as it is: only a fresh snapshot, with another filter, leads
 * on.
 */
public final class RowFilterException extends PgException {

    private static final long serialVersionUID = 1L;

    /**
     * @param doing completes "Cannot …"
     * @param where the server
     */
    public RowFilterException(String doing, Object where, String sqlState) {
        super(
                "Cannot "
                        + doing
                        + " on "
                        + where
                        + ": the row filter of the publication fails for a row, SQLSTATE "
                        + sqlState
                        + ". PostgreSQL's own words may quote a value of it and are left out; its"
                        + " log has them. The filter fails alike for each change of the row, so"
                        + " changing the row doesn't help",
                sqlState,
                Recovery.FAIL,
                null);
    }
}

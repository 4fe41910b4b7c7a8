package io.nanosync.flink.jobs.history.check;

/**
 * A promise that was broken.
 *
 * @param kind which
 * @param text what was seen
 */
public record Violation(Kind kind, String text) {

    /** What can be broken. */
    public enum Kind {
        /** A change or row is missing, doubled, invented, or out of order. */
        NOT_EXACTLY_ONCE,
        /** What arrived doesn't add up to what the tables hold. */
        OTHER_FINAL_STATE,
        /** Work that was never committed arrived. */
        ABORTED_WORK_ARRIVED,
        /** The slot passed the newest completed checkpoint. */
        CONFIRMED_TOO_FAR,
        /** The job ended for good, though nothing was lost. */
        REFUSED_WITHOUT_GAP,
        /** Something was lost, and the job doesn't say so. */
        GAP_WITHOUT_REFUSAL,
        /** The job said that something was lost, but not what. */
        WRONG_REFUSAL,
        /** A transaction came in parts, unmarked, or before one that committed earlier. */
        TORN_TRANSACTION,
        /** A changed schema wasn't asked for, or not waited for. */
        UNREVIEWED_SCHEMA,
        /** A table wasn't read again that was asked for, or one was that wasn't. */
        NOT_READ_AS_ASKED,
        /** The last change didn't arrive in time. */
        STALLED,
        /** Publication or slot that somebody else made were dropped or moved. */
        TOOK_WHAT_IS_NOT_ITS_OWN,
        /** The history didn't have what it was there for: not the product's error. */
        NOT_AS_MEANT
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}

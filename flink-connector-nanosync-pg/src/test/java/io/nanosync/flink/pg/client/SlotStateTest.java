package io.nanosync.flink.pg.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SlotStateTest {

    @Test
    void aSlotWithAllItsWalIsNotLost() {
        assertThat(slot("reserved", null).isLost()).isFalse();
        assertThat(slot("unreserved", null).isLost()).isFalse();
    }

    /** 13 to 16 don't say why. */
    @Test
    void saysWhatMendsALossWithoutReason() {
        assertThat(slot("lost", null).isLost()).isTrue();
        assertThat(slot("lost", null).loss())
                .isEqualTo(
                        "was invalidated (wal_status lost), so changes that this pipeline still"
                                + " needed are gone. Raise max_slot_wal_keep_size");
    }

    @ParameterizedTest
    @CsvSource({
        "wal_removed, Raise max_slot_wal_keep_size",
        "idle_timeout, Raise idle_replication_slot_timeout",
        "wal_level_insufficient, Set wal_level = logical",
        "rows_removed, Set hot_standby_feedback = on at the standby"
    })
    void saysWhatMendsEachReason(String reason, String mends) {
        assertThat(slot("reserved", reason).isLost()).isTrue();
        assertThat(slot("reserved", reason).loss()).contains("(" + reason + ")").endsWith(mends);
    }

    private static SlotState slot(String walStatus, @Nullable String reason) {
        return new SlotState(
                "slot",
                "pgoutput",
                "postgres",
                null,
                new Lsn(1),
                walStatus,
                reason,
                null,
                null,
                0,
                false,
                false,
                false,
                false);
    }
}

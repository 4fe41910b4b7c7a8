package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.PgException.Recovery;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

final class SqlStatesTest {

    @ParameterizedTest
    @CsvSource({
        "08000, RETRY", // connection_exception
        "08001, RETRY",
        "08003, RETRY",
        "08004, FAIL", // the driver's for TLS or password that the server won't take
        "08006, RETRY",
        "08P01, RETRY",
        "57P01, RETRY", // admin_shutdown
        "57P02, RETRY", // crash_shutdown
        "57P03, RETRY", // cannot_connect_now
        "57P05, RETRY", // idle_session_timeout
        "53000, RETRY",
        "53100, RETRY", // disk_full
        "53200, RETRY", // out_of_memory
        "53300, RETRY", // too_many_connections
        "53400, RETRY", // configuration_limit_exceeded
        "55P03, RETRY", // lock_not_available
        "57014, RETRY", // query_canceled
        "25006, RETRY", // read_only_sql_transaction: a standby
        "40001, RETRY",
        "40P01, RETRY",
        "55006, WAIT", // object_in_use: slot is active
        "55000, FAIL", // object_not_in_prerequisite_state: slot lost
        "28000, FAIL",
        "28P01, FAIL",
        "42501, FAIL",
        "42704, FAIL",
        "42P01, FAIL",
        "42601, FAIL",
        "3D000, FAIL",
        "22023, FAIL",
        "0A000, FAIL",
        "58000, RETRY", // system_error
        "58030, RETRY", // io_error
        "58P01, RETRY", // undefined_file
        "XX000, RETRY", // internal_error
        "XX001, FAIL", // data_corrupted
        "XX002, FAIL", // index_corrupted
    })
    void decidesWhatMayBeTriedAgain(String state, Recovery recovery) {
        assertThat(SqlStates.recovery(new SQLException("said", state))).isEqualTo(recovery);
    }

    @Test
    void triesAgainWhenTheConnectionBrokeWithoutAnAnswer() {
        SQLException broken = new SQLException("said", new IOException("reset"));
        assertThat(SqlStates.recovery(broken)).isEqualTo(Recovery.RETRY);
        assertThat(SqlStates.recovery(new SQLException("said"))).isEqualTo(Recovery.FAIL);
    }

    /** Of two threads the one that finds nothing to use mustn't end the pipeline for good. */
    @Test
    void triesAgainWhenAnotherThreadFoundTheConnectionBroken() {
        SQLException inactive = new PSQLException("inactive copy", PSQLState.OBJECT_NOT_IN_STATE);
        assertThat(SqlStates.saysEnded(inactive)).isTrue();
        assertThat(SqlStates.recovery(inactive)).isEqualTo(Recovery.RETRY);
        SQLException said =
                new PSQLException(new ServerErrorMessage("SERROR\0C55000\0Mslot lost\0\0"));
        assertThat(SqlStates.saysEnded(said)).isFalse();
        assertThat(SqlStates.recovery(said)).isEqualTo(Recovery.FAIL);
    }

    @ParameterizedTest
    @CsvSource({
        "28P01, Check user and password of the connection",
        "3D000, Check the database of the connection",
        "08001, 'Check host, port and network'",
        "XX000,",
    })
    void saysWhatToDo(String state, @Nullable String remedy) {
        assertThat(SqlStates.remedy(state)).isEqualTo(remedy);
    }

    @Test
    void saysNothingWithoutAState() {
        assertThat(SqlStates.remedy(null)).isNull();
    }
}

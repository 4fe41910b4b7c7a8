package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.wal.Lsn;
import org.junit.jupiter.api.Test;

class SlotOutlookTest {

    @Test
    void leavesOutOfItsJsonWhatThereIsNot() {
        SlotState unlimited =
                new SlotState(
                        "s",
                        "pgoutput",
                        "shop",
                        null,
                        new Lsn(0x10),
                        "reserved",
                        null,
                        null,
                        null,
                        7,
                        false,
                        false,
                        false,
                        false);
        ObjectNode json = new ObjectMapper().createObjectNode();
        new SlotOutlook(unlimited, null).writeTo(json);
        assertThat(json.toString())
                .isEqualTo(
                        "{\"name\":\"s\",\"active\":false,\"lagBytes\":7,"
                                + "\"walStatus\":\"reserved\",\"confirmed\":\"0/10\"}");
    }
}

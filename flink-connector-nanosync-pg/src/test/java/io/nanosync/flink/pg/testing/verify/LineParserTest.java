package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineParserTest {

    @Test
    void readsTransactionBounds() {
        assertThat(LineParser.parse("BEGIN 770")).isEqualTo(new DecodedLine.Begin());
        assertThat(LineParser.parse("COMMIT 770")).isEqualTo(new DecodedLine.Commit());
    }

    @Test
    void readsOverMessages() {
        assertThat(LineParser.parse("message: transactional: 0 prefix: nanosync, sz: 0 content:"))
                .isEqualTo(new DecodedLine.Message());
    }

    @Test
    void readsQuotedNamesAndValues() {
        assertThat(
                        LineParser.parse(
                                "table \"My s\".\"a\"\"b.c\": INSERT: id[integer]:-1 \"x"
                                        + " y\"[character varying]:'it''s, new-tuple: z'"
                                        + " n[integer[]]:'{1}' f[real]:1e+20 b[bit]:B'01'"
                                        + " t[boolean]:true"))
                .isEqualTo(
                        new DecodedLine.Change(
                                "\"My s\".\"a\"\"b.c\"",
                                'i',
                                null,
                                Map.of(
                                        "id", "-1",
                                        "x y", "it's, new-tuple: z",
                                        "n", "{1}",
                                        "f", "1.0E20",
                                        "b", "01",
                                        "t", "true")));
    }

    @Test
    void readsOldKeyNullAndUnchangedToast() {
        Map<String, @Nullable String> row = new HashMap<>();
        row.put("id", "2");
        row.put("a", null);
        row.put("b", RowText.UNCHANGED);
        row.put("c", "null");

        assertThat(
                        LineParser.parse(
                                "table s.t: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:2"
                                    + " a[text]:null b[text]:unchanged-toast-datum c[text]:'null'"))
                .isEqualTo(new DecodedLine.Change("s.t", 'u', Map.of("id", "1"), row));
    }

    @Test
    void readsTruncateOfSeveralTables() {
        assertThat(LineParser.parse("table s.t, s.\"U, v\": TRUNCATE: (no-flags)"))
                .isEqualTo(new DecodedLine.Truncate(List.of("s.t", "s.\"U, v\"")));
    }

    @Test
    void refusesADeleteWithoutIdentity() {
        assertThatThrownBy(() -> LineParser.parse("table s.t: DELETE: (no-tuple-data)"))
                .hasMessageContaining("without a replica identity");
    }
}

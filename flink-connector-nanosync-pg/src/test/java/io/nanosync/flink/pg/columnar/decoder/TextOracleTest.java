package io.nanosync.flink.pg.columnar.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type that becomes text has exactly PostgreSQL's text, from the binary form too. */
@ExtendWith(OracleSessions.class)
final class TextOracleTest {

    static IntStream versions() {
        return TestPostgres.VERSIONS.stream().mapToInt(Integer::intValue);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void literalsOfEveryTypeHaveTheTextOfPostgres(int major) throws SQLException, IOException {
        OracleSession session = OracleSessions.on(major);
        for (TextLiterals.Case each : TextLiterals.forVersion(major)) {
            PgType type = session.types().named(each.type());
            assertThat(TypeMapping.of(type, -1).decodesBinary())
                    .as("decodes binary %s", each.type())
                    .isTrue();
            session.assertExactText(type, each.query());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void typesLeftInTextAreKnown(int major) throws SQLException {
        OracleSession session = OracleSessions.on(major);
        Set<String> leftInText = new TreeSet<>();
        for (long oid : session.types().oids()) {
            PgType type = session.types().type(oid);
            boolean column =
                    switch (type.kind()) {
                        case BASE, ENUM, DOMAIN, RANGE, MULTIRANGE -> true;
                        // Their elements are looked at.
                        case ARRAY, COMPOSITE, PSEUDO -> false;
                    };
            if (column && !TypeMapping.of(type, -1).decodesBinary()) {
                leftInText.add(type.name());
            }
        }
        List<String> expected =
                new ArrayList<>(
                        List.of(
                                "aclitem",
                                "gtsvector",
                                "pg_dependencies",
                                "public.ghstore",
                                "public.ltree_gist",
                                "pg_mcv_list",
                                "pg_ndistinct",
                                "pg_node_tree",
                                "regclass",
                                "regcollation",
                                "regconfig",
                                "regdictionary",
                                "regnamespace",
                                "regoper",
                                "regoperator",
                                "regproc",
                                "regprocedure",
                                "regrole",
                                "regtype"));
        if (major >= 14) {
            expected.add("pg_brin_bloom_summary");
            expected.add("pg_brin_minmax_multi_summary");
        }
        assertThat(leftInText).containsExactlyInAnyOrderElementsOf(expected);
    }
}

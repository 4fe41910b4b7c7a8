package io.nanosync.flink.pg.columnar.decoder;

import java.util.ArrayList;
import java.util.List;

/** Values of the types that become text: smallest, largest, empty, special, hard to quote. */
final class TextLiterals {

    /** What the types of the cases need. */
    static final List<String> TYPES =
            List.of(
                    "CREATE EXTENSION hstore",
                    "CREATE EXTENSION citext",
                    "CREATE EXTENSION ltree",
                    "CREATE SCHEMA \"My.Schema\"",
                    "CREATE TYPE \"My.Schema\".\"Mood\" AS ENUM ('sad', 'o k', 'nu\"ll', '')",
                    "CREATE TYPE empty_row AS ()",
                    "CREATE TYPE inner_row AS (a int, b text)",
                    "CREATE TYPE wide_row AS (b bool, i2 int2, i8 int8, f4 float4, f8 float8, n"
                            + " numeric, m money, t text, c char(3), y bytea, d date, tm time, ts"
                            + " timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb, e"
                            + " \"My.Schema\".\"Mood\", r inner_row, a int[], x inet, p point)",
                    "CREATE TYPE mood AS ENUM ('sad', 'o k')",
                    "CREATE TYPE pair AS (a text, b text[])",
                    "CREATE DOMAIN price AS numeric(12,2)",
                    "CREATE DOMAIN low_price AS price CHECK (VALUE < 100)",
                    "CREATE DOMAIN label AS varchar(10)",
                    "CREATE DOMAIN positive AS numeric(12,2) CHECK (VALUE > 0)",
                    "CREATE DOMAIN small_box AS box",
                    "CREATE DOMAIN ints AS int[]",
                    "CREATE TYPE float_range AS RANGE (subtype = float8)",
                    "CREATE TYPE text_range AS RANGE (subtype = text)");

    /** Literals of one type. */
    record Case(String type, List<String> values) {

        /** A query with each value as a row, in order. */
        String query() {
            StringBuilder query = new StringBuilder("SELECT v FROM (VALUES ");
            for (int i = 0; i < values.size(); i++) {
                String value = values.get(i);
                query.append(i == 0 ? "(" : ", (").append(i).append(", (").append(value);
                query.append(")::").append(type).append(")");
            }
            return query.append(") AS t(i, v) ORDER BY i").toString();
        }
    }

    private TextLiterals() {}

    static List<Case> forVersion(int major) {
        List<Case> cases = new ArrayList<>();
        plain(cases);
        numbers(cases, major);
        times(cases, major);
        networks(cases);
        geometry(cases);
        search(cases);
        extensions(cases);
        arrays(cases);
        composites(cases);
        ranges(cases, major);
        return cases;
    }

    /** String literals; NULL is added. */
    private static Case of(String type, String... values) {
        List<String> literals = new ArrayList<>();
        literals.add("NULL");
        for (String value : values) {
            literals.add("E'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'");
        }
        return new Case(type, literals);
    }

    private static void plain(List<Case> cases) {
        cases.add(of("text", "", "a", "ğüşİ 語 🐘", "tab\t newline\n back\\slash \"q\"", "NULL"));
        cases.add(of("varchar(5)", "", "12345"));
        cases.add(of("char(5)", "", "ab", "12345"));
        cases.add(of("name", "", "pg_class", "x".repeat(63)));
        cases.add(of("refcursor", "", "c1"));
        cases.add(of("\"char\"", "", "a", " ", "~"));
        cases.add(of("json", "{\"a\":  1}", "null", "[1,2]", "\"x\"", " 1"));
        cases.add(of("jsonb", "{\"a\":  1.50, \"b\": null}", "null", "[1,2]", "\"\\u00e9\""));
        cases.add(of("jsonpath", "$.a[*] ? (@ > 1)", "strict $", "$"));
        cases.add(of("xml", "<a>b</a>", "<?xml version=\"1.1\"?><a/>", "text", ""));
        cases.add(of("\"My.Schema\".\"Mood\"", "sad", "o k", "nu\"ll", ""));
        cases.add(of("bit", "0", "1"));
        cases.add(of("bit(13)", "0101010101011", "1111111111111"));
        cases.add(of("varbit", "", "1", "10101010", "101010101"));
        cases.add(of("tid", "(0,0)", "(4294967295,65535)", "(1,2)"));
        cases.add(of("xid", "0", "4294967295"));
        cases.add(of("cid", "0", "4294967295"));
        cases.add(of("xid8", "0", "9223372036854775808", "18446744073709551615"));
        cases.add(of("pg_lsn", "0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF", "A/10"));
        cases.add(of("pg_snapshot", "10:10:", "10:20:10,14,15", "1:9223372036854775807:"));
        cases.add(of("txid_snapshot", "10:10:", "10:20:10,14,15"));
        cases.add(of("int2vector", "", "1", "1 -2 32767"));
        cases.add(of("oidvector", "", "1", "1 4294967295"));
    }

    private static void numbers(List<Case> cases, int major) {
        cases.add(
                of(
                        "numeric",
                        "0",
                        "0.0",
                        "0.000000",
                        "-0.00001",
                        "1",
                        "-1",
                        "9999",
                        "10000",
                        "100000000",
                        "1e20",
                        "1e-20",
                        "123456789.123456789",
                        "0.00012345",
                        "0.000000001",
                        "1.10",
                        "1e131071",
                        "1e-16383",
                        "-" + "9".repeat(200) + "." + "9".repeat(200),
                        "NaN"));
        if (major >= 14) {
            cases.add(of("numeric", "Infinity", "-Infinity"));
        }
        if (major >= 15) {
            cases.add(new Case("numeric(3,-2)", List.of("12345", "-99900", "NULL", "0")));
            cases.add(new Case("numeric(2,5)", List.of("0.00012", "-0.00099", "0")));
        }
        cases.add(new Case("numeric(100,50)", List.of("1e49", "-1e-50", "0", "NULL")));
    }

    private static void times(List<Case> cases, int major) {
        cases.add(
                of(
                        "timetz",
                        "00:00:00+00",
                        "24:00:00-15:59:59",
                        "12:34:56.789+05:45",
                        "12:34:56.000001-03",
                        "23:59:59.999999+15:59:59",
                        "01:02:03+00:00:01"));
        cases.add(
                of(
                        "interval",
                        "0",
                        "1 year",
                        "-1 year",
                        "2 years 3 mons",
                        "-1 mon 1 day",
                        "1 mon -1 day",
                        "-1 year 1 mon",
                        "-1 mon -1 day 01:00:00",
                        "-1 day 01:00:00",
                        "1 day -01:00:00",
                        "-00:00:00.000001",
                        "00:00:00.1",
                        "1 day 00:00:00.123456",
                        "100 hours",
                        "-100:59:59.9",
                        "178956970 years 7 mons",
                        "-178956970 years -8 mons",
                        "2147483647 days",
                        "-2147483648 days",
                        "2147483647:59:59.999999",
                        "1 mon 1 day 1 sec"));
        if (major >= 15) {
            cases.add(of("interval", "2562047788:00:54.775807", "-2562047788:00:54.775807"));
        }
        if (major >= 17) {
            cases.add(of("interval", "infinity", "-infinity"));
        }
    }

    private static void networks(List<Case> cases) {
        String[] addresses = {
            "0.0.0.0",
            "255.255.255.255",
            "10.1.2.3/8",
            "0.0.0.0/0",
            "192.168.100.128/25",
            "::",
            "::1",
            "1::",
            "::ffff:1.2.3.4",
            "::1.2.3.4",
            "::1:0",
            "::2",
            "::ffff",
            "1:0:0:2::3",
            "1:0:2:0:3:0:4:0",
            "0:0:1:0:0:1:0:0",
            "2001:db8::/32",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "1:2:3:4:5:6:7:0",
            "0:2:3:4:5:6:7:8",
            "fe80::1/64",
            "::ffff:0:0",
            "::/0"
        };
        cases.add(of("inet", addresses));
        cases.add(
                of(
                        "cidr",
                        "0.0.0.0/0",
                        "10.0.0.0/8",
                        "255.255.255.255/32",
                        "::/0",
                        "::/128",
                        "2001:db8::/32",
                        "::ffff:1.2.3.0/120",
                        "::1/128"));
        cases.add(of("macaddr", "00:00:00:00:00:00", "08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"));
        cases.add(of("macaddr8", "00:00:00:00:00:00:00:00", "08:00:2b:01:02:03:04:05"));
    }

    private static void geometry(List<Case> cases) {
        cases.add(
                of(
                        "point",
                        "(0,0)",
                        "(-0,1e300)",
                        "(1.5,-2.25)",
                        "(NaN,Infinity)",
                        "(-Infinity,1e-300)",
                        "(0.1,123456789012345678)",
                        "(100000000000000,1000000000000000)",
                        "(0.0001,0.00001)"));
        cases.add(of("lseg", "[(0,0),(1,1)]", "[(1e15,1),(-1,0.5)]"));
        cases.add(of("box", "(0,0),(1,1)", "(1,-1),(-1,1)", "(1e20,3),(2,4)"));
        cases.add(of("line", "{1,2,3}", "{-1,0,1e-7}", "[(0,0),(1,3)]"));
        cases.add(of("path", "[(0,0),(1,1),(2,0)]", "((0,0),(1,1),(2,0))", "[(1,2)]"));
        cases.add(of("polygon", "((0,0),(1,1),(2,0))", "((1,2))"));
        cases.add(of("circle", "<(0,0),1>", "<(-1.5,1e22),0>"));
    }

    private static void search(List<Case> cases) {
        cases.add(
                of(
                        "tsvector",
                        "",
                        "a b c",
                        "a:1 b:2A,3B,4C,5D fat:16383",
                        "'joe''s' 'back\\\\slash' 'two words':1",
                        "ğ:1 語:2"));
        cases.add(
                of(
                        "tsquery",
                        "",
                        "a",
                        "!a",
                        "!!a",
                        "a & b",
                        "a | b & c",
                        "(a | b) & c",
                        "a & (b & c)",
                        "(a & b) & c",
                        "!(a & b)",
                        "!(a | b) & !c",
                        "a <-> b",
                        "a <5> b",
                        "a <-> (b <-> c)",
                        "(a <-> b) <-> c",
                        "a <-> (b & c)",
                        "(a | b) <0> !c",
                        "!(a <-> b)",
                        "a:*",
                        "a:AB & b:*CD",
                        "a:ABCD",
                        "'joe''s' & 'back\\\\slash' | 'two words'",
                        "ğ & 語"));
        StringBuilder chain = new StringBuilder("'a'");
        for (int i = 0; i < 2000; i++) {
            chain.append(i % 3 == 0 ? " & !b" : " | c").append(i);
        }
        cases.add(new Case("tsquery", List.of("$$" + chain + "$$")));
    }

    private static void extensions(List<Case> cases) {
        cases.add(of("citext", "", "MiXed", "ğ"));
        cases.add(
                of(
                        "hstore",
                        "",
                        "a=>1",
                        "a=>NULL, b=>\"NULL\", c=>\"\"",
                        "\"q\\\"uote\"=>\"back\\\\slash\", \"=>\"=>\", \"",
                        "ğ=>語"));
        cases.add(of("ltree", "", "Top.Science.Astronomy", "a"));
        cases.add(of("lquery", "Top.*.Astronomy", "*.a|b@%*{1,2}", "!a.*{,3}"));
        cases.add(of("ltxtquery", "a & b", "!a | (b & c*@%)"));
    }

    private static void arrays(List<Case> cases) {
        cases.add(
                of(
                        "int[]",
                        "{}",
                        "{1}",
                        "{1,NULL,-3}",
                        "{{1,2},{3,4}}",
                        "{{{{{{1}}}}}}",
                        "[0:1]={1,2}",
                        "[-5:-4][2:3]={{1,2},{3,NULL}}",
                        "[2147483646:2147483646]={7}"));
        cases.add(
                of(
                        "text[]",
                        "{}",
                        "{\"\"}",
                        "{NULL}",
                        "{\"NULL\",\"null\",\"Null\",nul,nulls}",
                        "{a,\"b c\",\"d,e\",\"{f}\",\"\\\"\",\"\\\\\"}",
                        "{\"\t\",\"\n\",\"\r\",\"\f\",;,'}",
                        "{{a,NULL},{\"\",ğ}}"));
        cases.add(of("box[]", "{(0,0),(1,1);(2,2),(3,3)}", "{}", "{NULL}"));
        cases.add(of("small_box[]", "{(0,0),(1,1);(2,2),(3,3)}"));
        cases.add(of("point[]", "{\"(0,0)\",\"(1,1)\"}"));
        cases.add(of("path[]", "{\"[(0,0),(1,1)]\"}"));
        cases.add(of("bool[]", "{t,f,NULL}"));
        cases.add(of("\"char\"[]", "{a,NULL,\"\",\" \"}"));
        cases.add(of("char(3)[]", "{a,NULL,abc}"));
        cases.add(of("bytea[]", "{\"\",\"\\\\x00ff5c22\",NULL}"));
        cases.add(of("numeric[]", "{1.50,NaN,NULL,-0.001,1e30}"));
        cases.add(of("money[]", "{1,-1234.56,92233720368547758.07,-92233720368547758.08,0.5}"));
        cases.add(
                of(
                        "date[]",
                        "{2000-01-01,infinity,-infinity,\"0001-01-01 BC\",\"4714-11-24 BC\"}",
                        "{5874897-12-31,10000-01-01,1999-12-31,1970-01-01,2024-02-29}"));
        cases.add(of("time[]", "{00:00,24:00,12:34:56.000001,23:59:59.999999}"));
        cases.add(of("timetz[]", "{12:00+05:45}"));
        String stamps =
                "{2000-01-01,infinity,-infinity,\"0001-01-01 00:00:00 BC\",\"4714-11-24 00:00:00"
                        + " BC\",\"294276-12-31 23:59:59.999999\",\"1999-12-31"
                        + " 23:59:59.999999\",\"1900-02-28 12:00:00.1\"}";
        cases.add(of("timestamp[]", stamps));
        cases.add(of("timestamptz[]", stamps, "{\"2024-06-01 12:00:00+05:45\"}"));
        cases.add(of("interval[]", "{1 day,\"-1 mon 2 days\",NULL}"));
        cases.add(of("uuid[]", "{00112233-4455-6677-8899-aabbccddeeff}"));
        cases.add(of("json[]", "{\"{\\\"a\\\": [1, 2]}\"}"));
        cases.add(of("jsonb[]", "{\"{\\\"a\\\": [1, 2]}\",\"null\"}"));
        cases.add(of("xml[]", "{<a>b</a>}"));
        cases.add(of("oid[]", "{0,4294967295}"));
        cases.add(of("inet[]", "{10.0.0.1,10.0.0.1/8,::1}"));
        cases.add(of("bit(3)[]", "{101,000}"));
        cases.add(of("hstore[]", "{\"a=>1\",\"\"}"));
        cases.add(of("citext[]", "{A,\"b c\"}"));
        cases.add(of("tsvector[]", "{\"a:1 b\"}"));
        cases.add(of("\"My.Schema\".\"Mood\"[]", "{sad,o k,\"\"}"));
        cases.add(of("positive[]", "{1.5,NULL}"));
        cases.add(of("ints", "{1,2}", "[0:0]={1}"));
        cases.add(of("int2vector[]", "{\"1 2\",\"\"}"));
        cases.add(of("name[]", "{a,\"b c\"}"));
    }

    private static void composites(List<Case> cases) {
        cases.add(new Case("empty_row", List.of("NULL", "ROW()")));
        cases.add(
                of(
                        "inner_row",
                        "(,)",
                        "(1,)",
                        "(,\"\")",
                        "(1,a)",
                        "(1,\"a b\")",
                        "(1,\"quo\"\"te\")",
                        "(1,\"back\\\\slash\")",
                        "(1,\"(paren)\")",
                        "(1,\"com,ma\")",
                        "(1,[{}])",
                        "(1,\"\t\n\")",
                        "(1,ğ)"));
        cases.add(of("inner_row[]", "{\"(1,a)\",NULL,\"(,\\\"b c\\\")\",\"(2,\\\"\\\")\"}"));
        cases.add(
                new Case(
                        "wide_row",
                        List.of(
                                "NULL",
                                "ROW(true, -1, 9223372036854775807, 1.1, 1e-7, 1.10, -1234.5, 'a"
                                    + " \"b\" \\\\', 'x', '\\xdeadbeef', '0044-03-15 BC', '24:00',"
                                    + " '2000-01-01 00:00:00.5', '2000-01-01 00:00+02', '1 day"
                                    + " -00:01', '00112233-4455-6677-8899-aabbccddeeff', '{\"a\":"
                                    + " 1}', '[1, null]', 'o k', ROW(1, 'in\"ner'), '{1,NULL}',"
                                    + " '10.0.0.1/8', '(1,2)')",
                                "ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
                                    + " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
                                    + " NULL, NULL, NULL)")));
    }

    private static void ranges(List<Case> cases, int major) {
        cases.add(of("int4range", "empty", "[1,5)", "(,)", "(,5]", "[3,)", "[1,1]"));
        cases.add(of("int8range", "[-9223372036854775808,9223372036854775807)"));
        cases.add(of("numrange", "(1.10,2.00]", "[0,0]", "(,NaN)"));
        cases.add(
                of(
                        "tsrange",
                        "[2000-01-01,infinity]",
                        "(-infinity,\"0044-03-15 12:00:00 BC\")",
                        "empty"));
        cases.add(of("tstzrange", "[\"2000-01-01 00:00+02\",)"));
        cases.add(of("daterange", "[2000-01-01,2000-12-31]", "(,infinity)", "empty"));
        cases.add(of("float_range", "[0.1,1e100)", "(-Infinity,NaN)"));
        cases.add(
                of(
                        "text_range",
                        "[\"\",a)",
                        "(\"a b\",\"c\"\"d\"]",
                        "[\"(\",\"[\"]",
                        "[\"a,b\",\"z\\\\\")"));
        cases.add(of("int4range[]", "{\"[1,5)\",empty,NULL}"));
        cases.add(of("text_range[]", "{\"[\\\"a b\\\",c)\"}"));
        if (major >= 14) {
            cases.add(of("int4multirange", "{}", "{[1,5)}", "{[1,5),[7,9),[20,)}"));
            cases.add(of("tsmultirange", "{[2000-01-01,2001-01-01),[2002-01-01,)}"));
            cases.add(of("text_multirange", "{[\"a b\",c),[x,\"y,z\"]}"));
            cases.add(of("nummultirange[]", "{\"{[1.0,2.5)}\",\"{}\"}"));
        }
    }
}

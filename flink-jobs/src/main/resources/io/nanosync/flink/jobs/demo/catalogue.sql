-- Many types, with the values that are easily lost.
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE shop.size AS ENUM ('small', 'medium', 'large');
CREATE TYPE shop.box AS (width integer, label text);
CREATE DOMAIN shop.share AS numeric(5,4) CHECK (VALUE BETWEEN 0 AND 1);
CREATE TABLE shop.catalogue (
    id bigint PRIMARY KEY,
    active boolean,
    rank smallint,
    stock integer,
    serial oid,
    weight real,
    volume double precision,
    price numeric(14,4),
    factor numeric,
    cost money,
    code char(6),
    short varchar(40),
    internal name,
    nickname citext,
    image bytea,
    made_on date,
    made_at timestamp,
    seen_at timestamptz,
    opens time,
    closes timetz,
    lasts interval,
    uid uuid,
    attributes json,
    properties jsonb,
    page xml,
    size shop.size,
    discount shop.share,
    pack shop.box,
    numbers integer[],
    words text[],
    grid integer[][],
    tags hstore,
    flags bit(8),
    mask bit varying(16),
    host inet,
    net cidr,
    mac macaddr,
    valid int4range,
    periods tstzmultirange,
    spot point,
    area polygon,
    words_index tsvector,
    wal pg_lsn);
INSERT INTO shop.catalogue
SELECT i, i % 2 = 0, (i * 13 % 65536 - 32768)::smallint, (i * 7919 - 400000000)::integer, i::oid,
    CASE i % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE sqrt(i)::real END,
    CASE i % 50 WHEN 0 THEN 'Infinity' WHEN 1 THEN '-0' ELSE exp((i % 600)::double precision) / 3 END,
    (i * 7.1234)::numeric(14,4) - 5000,
    CASE i % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity'
        ELSE i / 7.0 * (CASE WHEN i % 9 = 0 THEN 1e30 ELSE 1 END) END,
    ((i % 100000)::numeric / 100)::money,
    'c' || i % 999, 'short ' || i, 'n' || i % 70, 'Nick' || i % 50,
    CASE WHEN i % 5 = 0 THEN NULL ELSE decode(md5(i::text), 'hex') END,
    CASE i % 100 WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' WHEN 2 THEN '0044-03-15 BC'
        WHEN 3 THEN '12025-01-31' ELSE date '1950-01-01' + (i % 40000)::integer END,
    CASE i % 100 WHEN 0 THEN 'infinity' WHEN 1 THEN '0001-12-31 23:59:59.999999 BC'
        ELSE timestamp '1969-12-31 23:59:58.5' + (i % 1000) * interval '7 hours 3 microseconds' END,
    CASE i % 100 WHEN 0 THEN '-infinity' ELSE
        timestamptz '2025-03-30 00:59:59.999999+00' + (i % 900) * interval '13 minutes' END,
    CASE i % 100 WHEN 0 THEN '24:00:00' ELSE time '00:00' + (i % 86399) * interval '1.000001 s' END,
    timetz '08:15:30.25+05:45', (i % 500) * interval '1 month 2 days 03:04:05.678',
    md5(i::text)::uuid,
    ('{"b": 1,  "a": [' || i || ', null], "b": 2}')::json,
    jsonb_build_object('i', i, 'nested', jsonb_build_array(1.50, 'x"y', NULL)),
    ('<p id="' || i || '">a &lt; b</p>')::xml,
    (ARRAY['small', 'medium', 'large'])[i % 3 + 1]::shop.size,
    (i % 10000)::numeric / 10000, ROW(i::integer, 'box "' || i || '", \ big')::shop.box,
    ARRAY[i::integer, NULL, -1], ARRAY['a,b', 'c"d', NULL, 'NULL', '', E'back\\slash'],
    CASE i % 3 WHEN 0 THEN '{}' WHEN 1 THEN '[0:1][2:3]={{1,2},{3,4}}' ELSE '{{1,NULL},{3,4}}' END::integer[],
    hstore(ARRAY['k' || i, 'v "quoted"', 'none', NULL]),
    (i % 256)::integer::bit(8), (i % 300)::integer::bit(9)::bit varying(16),
    ('10.' || i % 250 || '.0.1/24')::inet, ('2001:db8:' || to_hex(i % 65536) || '::/48')::cidr,
    '08:00:2b:01:02:03'::macaddr, int4range((i % 100)::integer, (i % 100 + i % 5)::integer),
    tstzmultirange(tstzrange('2025-01-01+00', '2025-02-01+00', '[]'), tstzrange('2026-01-01+00', NULL)),
    point(i / 3.0, -i), polygon(box(point(0, 0), point(1, i))),
    to_tsvector('simple', 'fat cat ' || i || ' ate'), pg_lsn '16/B374D848' + i
FROM generate_series(1::bigint, ${rows}) i
WHERE i % 1000 <> 7;
-- And rows in which all is null.
INSERT INTO shop.catalogue (id)
SELECT i FROM generate_series(1::bigint, ${rows}) i WHERE i % 1000 = 7;

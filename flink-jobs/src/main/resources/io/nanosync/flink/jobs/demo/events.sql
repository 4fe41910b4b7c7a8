-- No key, and rows that are equal in every column: REPLICA IDENTITY FULL.
CREATE TABLE shop.events (
    customer_id integer NOT NULL,
    kind text NOT NULL,
    happened_at timestamp,
    detail jsonb);
ALTER TABLE shop.events REPLICA IDENTITY FULL;
INSERT INTO shop.events
SELECT i % 50000, (ARRAY['view', 'click', 'cart'])[i % 3 + 1],
    CASE WHEN i % 10 = 0 THEN NULL ELSE timestamp '2025-06-01' + i / 4 * interval '1 minute' END,
    CASE WHEN i % 4 = 0 THEN NULL ELSE jsonb_build_object('page', i % 40, 'ref', NULL) END
FROM generate_series(1::bigint, ${rows} - ${rows} / 10) i;
INSERT INTO shop.events
SELECT * FROM shop.events LIMIT ${rows} / 10;
CREATE INDEX ON shop.events (customer_id);

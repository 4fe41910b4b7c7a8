-- The wide and busy one: ten columns, a primary key that changes now and then.
CREATE TABLE shop.orders (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL,
    product_id integer NOT NULL,
    quantity smallint NOT NULL,
    amount numeric(12,2) NOT NULL,
    ordered_on date NOT NULL,
    updated_at timestamptz NOT NULL,
    status text NOT NULL,
    email varchar(80) NOT NULL,
    note text);
INSERT INTO shop.orders
SELECT i, i * 7919 % 100003, i * 31 % 20011, i % 9 + 1, (i * 37 % 1000000)::numeric / 100,
    date '2024-01-01' + (i % 700)::integer,
    timestamptz '2025-01-01 00:00:00+00' + i * interval '1 second 7 microseconds',
    (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[i % 5 + 1],
    'customer' || i % 100003 || '@shop.example',
    CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'left at the door, ' || md5(i::text) END
FROM generate_series(1::bigint, ${rows}) i;

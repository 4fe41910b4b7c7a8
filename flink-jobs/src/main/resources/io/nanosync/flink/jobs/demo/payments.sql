-- Partitioned: captured as one table. Updates of the date move rows between partitions.
CREATE TABLE shop.payments (
    id bigint NOT NULL,
    paid_on date NOT NULL,
    order_id bigint NOT NULL,
    amount numeric(10,2) NOT NULL,
    method char(4) NOT NULL,
    PRIMARY KEY (id, paid_on)
) PARTITION BY RANGE (paid_on);
CREATE TABLE shop.payments_2024 PARTITION OF shop.payments
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.payments_2025 PARTITION OF shop.payments
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- A partition may have its columns in another order than the table.
CREATE TABLE shop.payments_later (
    amount numeric(10,2) NOT NULL,
    method char(4) NOT NULL,
    id bigint NOT NULL,
    order_id bigint NOT NULL,
    paid_on date NOT NULL);
ALTER TABLE shop.payments ATTACH PARTITION shop.payments_later DEFAULT;
INSERT INTO shop.payments
SELECT i, date '2024-01-01' + (i % 900)::integer, i * 4, (i * 41 % 100000)::numeric / 100,
    (ARRAY['card', 'cash', 'iban'])[i % 3 + 1]
FROM generate_series(1::bigint, ${rows}) i;

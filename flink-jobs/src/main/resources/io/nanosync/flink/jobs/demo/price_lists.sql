-- Small, emptied and filled again all the time; its name needs quotes.
CREATE TABLE shop."Price Lists" (
    "List" text NOT NULL,
    product_id integer NOT NULL,
    price numeric(10,2) NOT NULL,
    PRIMARY KEY ("List", product_id));
INSERT INTO shop."Price Lists"
SELECT 'list ' || i % 4, i, (i * 17 % 10000)::numeric / 100 FROM generate_series(1, ${rows}) i;

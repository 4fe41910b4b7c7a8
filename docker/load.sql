BEGIN;
INSERT INTO public.orders (customer_id, total)
SELECT 1 + floor(random() * 1000), random() * 100 FROM generate_series(1, 20);
UPDATE public.orders SET total = total + 1
WHERE id IN (SELECT 1 + floor(random() * 100000)::bigint FROM generate_series(1, 5));
-- In a subquery, as random() would be asked for each row otherwise: any number of orders would go.
DELETE FROM public.orders WHERE id = (SELECT 1 + floor(random() * 100000)::bigint);
COMMIT;

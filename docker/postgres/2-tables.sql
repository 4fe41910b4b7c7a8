-- The role owns the tables and may create in the database, so the pipeline makes its publication itself.
GRANT CREATE ON DATABASE shop TO nanosync;

CREATE TABLE public.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE public.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES public.customers,
  total numeric(12, 2) NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO public.customers (name)
SELECT 'customer ' || n FROM generate_series(1, 1000) n;
INSERT INTO public.orders (customer_id, total)
SELECT 1 + n % 1000, n / 7.0 FROM generate_series(1, 100000) n;

ALTER TABLE public.customers OWNER TO nanosync;
ALTER TABLE public.orders OWNER TO nanosync;
ANALYZE public.customers, public.orders;

-- Gets its one row when all other changes are written: where it has arrived, they have.
CREATE TABLE shop.marker (
    id integer PRIMARY KEY,
    written_at timestamptz NOT NULL);

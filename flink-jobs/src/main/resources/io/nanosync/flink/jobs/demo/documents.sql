-- Long values that are stored out of line, so that an update of the title leaves them out.
CREATE TABLE shop.documents (
    id integer PRIMARY KEY,
    title text NOT NULL,
    body text,
    attachment bytea,
    edited_at timestamptz NOT NULL);
ALTER TABLE shop.documents
    ALTER body SET STORAGE EXTERNAL,
    ALTER attachment SET STORAGE EXTERNAL;
INSERT INTO shop.documents
SELECT i, 'Document ' || i,
    CASE WHEN i % 20 = 0 THEN NULL ELSE repeat(md5(i::text) || E' gr\u00fc\u00dfe \u4f60\u597d\n', 100 + i % 200) END,
    CASE WHEN i % 3 = 0 THEN NULL ELSE decode(repeat(md5((i * 3)::text), 100 + i % 80), 'hex') END,
    timestamptz '2025-03-01 00:00:00+00' + i * interval '1 minute'
FROM generate_series(1, ${rows}) i;

-- Empty when the snapshot is taken. Its replica identity is an index that isn't the primary key.
CREATE TABLE shop.returns (
    id bigint PRIMARY KEY,
    ticket uuid NOT NULL,
    reason text,
    UNIQUE (ticket));
ALTER TABLE shop.returns REPLICA IDENTITY USING INDEX returns_ticket_key;

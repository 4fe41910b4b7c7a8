-- How much WAL the slot of a pipeline that stands still may keep. ALTER SYSTEM raises it, without a
-- restart; as an argument of the server it couldn't.
ALTER SYSTEM SET max_slot_wal_keep_size = '4GB';

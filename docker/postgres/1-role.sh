#!/bin/bash
# The role that the pipeline connects as. Runs once, when the volume is empty.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d shop -v password="$NANOSYNC_PASSWORD" <<'SQL'
CREATE ROLE nanosync LOGIN REPLICATION PASSWORD :'password';
SQL

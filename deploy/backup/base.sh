#!/bin/sh
# One base backup: base.sh /backup/pg
# Connects as PGHOST, PGPORT, PGUSER and PGPASSFILE say; the role needs REPLICATION. The name is the moment,
# in UTC, from which on this backup can be restored.
set -eu
folder="$1/base"
bin="${PG_BIN:+$PG_BIN/}"
mkdir -p "$folder" "$1/wal"
draft="$folder/draft.$$"
trap 'rm -rf "$draft"' EXIT
"${bin}pg_basebackup" --pgdata="$draft" --checkpoint=fast --wal-method=stream --manifest-checksums=SHA256
"${bin}pg_verifybackup" --quiet "$draft"
sync
name=$(date -u +%Y%m%dT%H%M%SZ)
[ ! -e "$folder/$name" ] || { echo "base.sh: $folder/$name is there already; wait a second" >&2; exit 1; }
mv "$draft" "$folder/$name"
echo "$folder/$name"

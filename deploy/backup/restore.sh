#!/bin/sh
# Puts a server's data back as they stood at a second:
#   restore.sh /backup/pg /new/data '2026-11-22 09:30:00+08:00'    (without the moment: all there is)
# /new/data must not exist. It is made ready; then start PostgreSQL on it: it replays the archive, stops at the
# moment, and opens. The restored server archives nothing until you say so (it begins a new timeline).
set -eu
backup="$1"
data="$2"
moment="${3:-}"
bin="${PG_BIN:+$PG_BIN/}"
[ ! -e "$data" ] || { echo "restore.sh: $data exists; name a new folder" >&2; exit 1; }
latest=$(date -u ${moment:+-d "$moment"} +%Y%m%dT%H%M%SZ)
from=""
for one in "$backup"/base/*Z; do
  name=$(basename "$one")
  [ "$name" = "*Z" ] || [ "$(printf '%s\n%s\n' "$name" "$latest" | sort | head -1)" != "$name" ] || from="$one"
done
[ -n "$from" ] || { echo "restore.sh: no base backup from before ${moment:-now} in $backup/base" >&2; exit 1; }
"${bin}pg_verifybackup" --quiet "$from"
cp -R "$from" "$data.part"
rm -f "$data.part/postmaster.pid"
{
  echo "archive_mode = off"
  echo "restore_command = 'cp \"$backup/wal/%f\" \"%p\"'"
  echo "recovery_target_timeline = 'latest'"
  [ -z "$moment" ] || echo "recovery_target_time = '$moment'"
  [ -z "$moment" ] || echo "recovery_target_action = 'promote'"
} >> "$data.part/postgresql.auto.conf"
touch "$data.part/recovery.signal"
chmod 700 "$data.part"
sync
mv "$data.part" "$data"
echo "$from"

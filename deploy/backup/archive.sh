#!/bin/sh
# Keeps one finished piece of PostgreSQL's write-ahead log. PostgreSQL calls it:
#   archive_command = '/path/to/archive.sh "%p" "%f" /backup/pg'
# It must say "kept" (exit 0) only when the piece is on the disk, and must never replace another one.
set -eu
from="$1"
to="$3/wal/$2"
if [ -e "$to" ]; then
  cmp -s "$from" "$to" && exit 0
  echo "archive.sh: $to is there already and differs; nothing was replaced" >&2
  exit 1
fi
cp "$from" "$to.part.$$"
sync "$to.part.$$"
mv "$to.part.$$" "$to"
sync "$3/wal"

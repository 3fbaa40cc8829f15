#!/bin/sh
# System packages the tests use: Chromium, Chinese fonts, Debian's PostgreSQL 15. Needs root and apt; otherwise says so.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -d /usr/share/fonts/opentype/noto ] || missing="$missing fonts-noto-cjk"
[ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$missing postgresql-15"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  # the packaged server must not start itself: the tests start their own
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
  apt-get update -qq || echo "apt-get update failed" >&2
  for package in $missing; do # one by one: a name this system does not know must not cost the others
    apt-get install -qq -y --no-install-recommends "$package" >/dev/null ||
      echo "装不上，相关测试将按名称报告跳过 / cannot be had, its tests are reported skipped by name: $package" >&2
  done
else
  echo "缺少系统软件包，相关测试将按名称报告跳过 / missing system packages, their tests are reported skipped by name:$missing" >&2
fi
exit 0

#!/bin/sh
# Puts the browser's part together once: the verifier as one small file, and the audited library that checks
# drand's signatures. Everything works without it; pages then load the sources, and that one check is reported
# as not done. usage: deploy/front.sh VENV
# Package sources are whatever npm and pip on this machine are set up to use; none is named here.
set -u
venv=$1
root=$(cd "$(dirname "$0")/.." && pwd)
front=$root/services/web/front built=$root/services/web/static/verify/built
without() {
  echo "浏览器核验的 BLS 部分没有装好，drand 信标的签名将报告为“未核验” / the browser's BLS part is not built ($1); drand signatures will be reported as not checked" >&2
  exit 0
}
marks=$(cd "$root" && cat deploy/front.sh services/web/front/*.js services/web/front/*.mjs services/web/front/package-lock.json services/web/static/verify/*.js | cksum)
[ -f "$built/.stamp" ] && [ "$(cat "$built/.stamp")" = "$marks" ] && exit 0

node_works() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }
case $venv in /*) ;; *) venv=$root/$venv ;; esac
node_works || {
  PATH=$venv/bin:$PATH
  node_works || "$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 1 --timeout 10 --require-hashes -r "$root/deploy/requirements/node.txt" >/dev/null 2>&1
  node_works || without "no Node.js 18"
}
(cd "$front" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --loglevel=error >/dev/null 2>&1) || without "npm ci"
new=$built.$$
(cd "$front" && node build.mjs "$new" >/dev/null 2>&1) || { rm -rf "$new"; without "build"; }
echo "$marks" >"$new/.stamp"
rm -rf "$built" && mv "$new" "$built" # a running site is without the files for a moment only

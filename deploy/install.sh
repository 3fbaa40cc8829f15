#!/bin/sh
# Fills a virtual environment from a hash-locked requirements file and puts this checkout into it.
# usage: deploy/install.sh VENV REQUIREMENTS
# Package sources are whatever pip on this machine is set up to use; none is named here.
set -eu
venv=$1 requirements=$2
python=${PYTHON:-python3}
root=$(cd "$(dirname "$0")/.." && pwd)

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed; found: $("$python" --version). Set PYTHON=/path/to/python3.11" >&2
  exit 2
}
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || rm -rf "$venv" # none yet, or half made
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || {
  rm -rf "$venv"
  echo "无法建立虚拟环境 / cannot make a virtual environment (on Debian: apt-get install python3-venv)" >&2
  exit 2
}
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$root/deploy/requirements/tools.txt"

# uv is much faster than pip but does not read pip's settings: hand them over.
setting() { "$venv/bin/python" -m pip config get "$1" 2>/dev/null || true; }
index=${PIP_INDEX_URL:-$(setting global.index-url)}; cert=${PIP_CERT:-$(setting global.cert)}
extra=${PIP_EXTRA_INDEX_URL:-$(setting global.extra-index-url)}; links=${PIP_FIND_LINKS:-$(setting global.find-links)}
[ -n "${UV_DEFAULT_INDEX:-}" ] || [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
[ -n "${UV_INDEX:-}" ] || [ -z "$extra" ] || export UV_INDEX="$extra"
[ -n "${UV_FIND_LINKS:-}" ] || [ -z "$links" ] || export UV_FIND_LINKS="$links"
[ -n "${SSL_CERT_FILE:-}" ] || [ -z "$cert" ] || export SSL_CERT_FILE="$cert"
export VIRTUAL_ENV="$venv"

"$venv/bin/uv" pip install -q --require-hashes -r "$requirements" ||
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$requirements"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e "$root"

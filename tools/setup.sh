#!/bin/sh
# tools/setup.sh run|test: makes .venv from the hashed lock and puts the package into it, editable.
# Needs Python 3.11 or newer, nothing else; uv when it can be had from its own hashed lock (3 times quicker),
# pip otherwise or with GLASSTOWN_INSTALLER=pip. PY names another interpreter. Safe to repeat or interrupt.
set -eu
cd "$(dirname "$0")/.."
kind=${1:?usage: tools/setup.sh run|test}
lock=requirements/$kind.txt
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

fail() { echo "setup: $*" >&2; exit 1; }
suits() { "$1" -c "import sys, $2; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; }
here=$(pwd -P)

[ -f "$lock" ] || fail "no lock $lock"
if [ -e .venv ] && ! { [ "$(cat .venv/.place 2>/dev/null)" = "$here" ] && suits .venv/bin/python pip; }; then
  echo "setup: .venv was moved, half made, or lost its Python: making it anew"
  rm -rf .venv
fi
if [ ! -e .venv ]; then
  for python in "${PY:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$python" ] && suits "$python" "venv, ensurepip" && break
    python=
  done
  [ -n "$python" ] || fail "no Python 3.11 or newer with venv found (on Debian: python3 and python3-venv)." \
    "Name one: make setup PY=/path/to/python"
  "$python" -m venv .venv || { rm -rf .venv; fail "$python could not make .venv"; }
  echo "$here" >.venv/.place
fi
python=.venv/bin/python

by_uv() {
  [ "${GLASSTOWN_INSTALLER:-uv}" = uv ] &&
    "$python" -m pip install -q --require-hashes --only-binary :all: -r requirements/uv.txt 2>/dev/null &&
    VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install -q --require-hashes -r "$lock" 2>.venv/uv.log
}
echo "setup: installing $lock into .venv (once; about a minute at most)"
by_uv || "$python" -m pip install -q --require-hashes -r "$lock" ||
  fail "the packages of $lock could not be installed; the lines above say why"
"$python" -m pip install -q --no-deps --no-build-isolation -e . || fail "glasstown itself could not be installed"
echo "setup: compiling (once; about a minute at most)"
.venv/bin/glasstown claims ready || echo "setup: could not compile ahead; the first run will" >&2
[ "$kind" = run ] || touch .venv/.run
touch ".venv/.$kind"

#!/bin/sh
# tools/lock.sh [uv options]: writes the hashed, universal locks again, newest versions allowed with --upgrade.
# The run set is a subset of the test set, version by version; the bench's peers stand alone. No registry is
# named in the result.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
[ -x "$uv" ] || uv=$(command -v uv) || { echo "lock: uv is missing; run 'make setup' first" >&2; exit 1; }

lock() { # lock NAME UV-OPTIONS...: pins, with hashes, into requirements/NAME.txt
  name=$1; shift
  UV_CUSTOM_COMPILE_COMMAND="make lock" "$uv" pip compile -q --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links "$@" -o "requirements/$name.txt"
  echo "requirements/$name.txt: $(grep -c == "requirements/$name.txt") pins"
}

lock test --extra cluster --extra frames --group dev pyproject.toml "$@"
lock run --group build --constraint requirements/test.txt pyproject.toml "$@"
lock uv --group installer "$@"
lock bench requirements/bench.in "$@"

#!/bin/sh
# Browser tests drive Debian's Chromium. Installed here when we may (root, apt); said plainly when we may not:
# then those tests are skipped, except in CI, where a skipped test would hide a fault and this fails.
set -eu
cd "$(dirname "$0")/.."
[ -d tests/browser ] || exit 0
for browser in chromium chromium-browser google-chrome; do
  command -v "$browser" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "setup: installing chromium for the browser tests (once)"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1 || true
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null 2>&1 && exit 0
fi
echo "No Chromium: browser tests are skipped. To run them, install the package chromium." >&2
[ "${CI:-}" != true ]

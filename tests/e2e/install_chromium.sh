#!/usr/bin/env bash
# Finds a Chromium or Chrome for the real-browser tests; root on Debian gets one installed. Never fails the build:
# without a browser those tests are skipped, by name.
set -u
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then
  echo '· installing Chromium'
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 \
    || echo '  Chromium could not be installed: the browser tests will be skipped'
else
  echo '· no Chromium or Chrome on the path: the browser tests will be skipped (install one to run them)'
fi
exit 0

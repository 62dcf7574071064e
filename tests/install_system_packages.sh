#!/usr/bin/env bash
# Finds what some tests need from the system: a Chromium or Chrome, and PostgreSQL. Root on Debian gets them installed.
# Never fails the build: without them those tests are skipped, by name.
set -u

has_browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}

has_postgres() {
  command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

packages=()
has_browser || packages+=(chromium fonts-noto-cjk)
has_postgres || packages+=(postgresql)
[ ${#packages[@]} = 0 ] && exit 0

if [ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then
  echo "· installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null 2>&1
fi
has_browser || echo '· no Chromium or Chrome on the path: the browser tests will be skipped (install one to run them)'
has_postgres || echo '· no PostgreSQL: its tests will be skipped (install the package postgresql to run them)'
exit 0

#!/usr/bin/env bash
# See that the system parts named are there; with no argument, those that the tests use:
#   git        the repositories that tests read, and the list of files of this one
#   chromium   opens the report's page as a reader does
# As root on Debian what is missing is installed; elsewhere it is named, and the exit code is 1.
set -euo pipefail

missing=()
if [ $# -gt 0 ]; then
  missing=("$@")
else
  command -v git >/dev/null || missing+=(git)
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    command -v google-chrome >/dev/null ||
    [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] || missing+=(chromium)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} with apt-get"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if apt-get -qq update >"$log" 2>&1 &&
    apt-get -qq install --yes --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    rm "$log"
    exit 0
  fi
  tail -n 20 "$log" >&2
  echo "apt-get could not install ${missing[*]}; all it said is in $log" >&2
  exit 1
fi

echo "Missing on this machine: ${missing[*]}." >&2
echo "Debian: sudo apt-get install ${missing[*]}    macOS: brew install ${missing[*]}" >&2
exit 1

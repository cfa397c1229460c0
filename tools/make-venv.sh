#!/usr/bin/env bash
# Make the virtual environment named by the first argument with a Python that dottedline runs on.
# PYTHON=... names another; otherwise the first of the usual names that answers.
set -euo pipefail

venv=$1
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))'

tried=${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14}
for python in $tried; do
  # A name may be there and not run: version managers put a shim for every release they know.
  "$python" -c "$fits" >/dev/null 2>&1 && found=$python && break
done

if [ -z "${found:-}" ]; then
  echo "dottedline needs Python 3.11, 3.12, 3.13 or 3.14; none of these is one: $tried" >&2
  echo "Install one (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13)," >&2
  echo "or name it: make PYTHON=/path/to/python3.12 demo" >&2
  exit 1
fi

# Debian keeps the half of venv that brings pip in a package of its own.
if ! "$found" -c 'import ensurepip' 2>/dev/null; then
  tools/system-packages.sh "$("$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
fi

echo "Making $venv with $("$found" --version)"
rm -rf "$venv"
"$found" -m venv "$venv"

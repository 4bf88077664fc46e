#!/usr/bin/env bash
# Make sure that the browser tests find a browser, and what drives it. Usage: install.sh PYTHON
# Debian has packages of both; elsewhere Playwright fetches its own browser.
set -euo pipefail
python=$1
here=$(dirname "$0")
find_browser="$here/../support/browser/find_browser.py"
if "$python" -m playwright --version >/dev/null 2>&1 && "$python" "$find_browser" >/dev/null 2>&1; then
  exit 0
fi
if grep -qx 'ID=debian' /etc/os-release; then
  bash "$here/../../setup/apt.sh" chromium-headless-shell libatomic1 # the library of Playwright's Node
else
  "$python" -m playwright install --with-deps chromium
fi
"$python" "$find_browser"

#!/usr/bin/env bash
# Make sure that the browser tests find a browser. Usage: install.sh PYTHON
# Debian has a chromium package; elsewhere Playwright fetches its own.
set -euo pipefail
python=$1
here=$(dirname "$0")
if "$python" "$here/../support/browser/find_browser.py" >/dev/null 2>&1; then
  exit 0
fi
if grep -qx 'ID=debian' /etc/os-release; then
  bash "$here/../../setup/apt.sh" chromium-headless-shell
else
  "$python" -m playwright install --with-deps chromium
fi
"$python" "$here/../support/browser/find_browser.py"

#!/usr/bin/env bash
# Firefox, WebKit and a sound device that nobody hears, on Debian. Usage: install.sh
set -euo pipefail
for needed in firefox-esr WebKitWebDriver Xvfb pulseaudio; do
  if ! command -v "$needed" >/dev/null; then
    exec bash "$(dirname "$0")/../../setup/apt.sh" firefox-esr webkit2gtk-driver xvfb xauth pulseaudio \
      gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  fi
done

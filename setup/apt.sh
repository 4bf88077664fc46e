#!/usr/bin/env bash
# Install Debian or Ubuntu packages, as root or through sudo. Usage: apt.sh PACKAGE...
set -euo pipefail
as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
$as_root apt-get update -q
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends "$@"

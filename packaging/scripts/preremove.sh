#!/bin/sh
# dpkg: remove, upgrade VERSION-AFTER, …; rpm: 0 for the last, 1 where another version stays.
set -e

case "$1" in
  remove | 0) ;;
  *) exit 0 ;;
esac

if command -v systemctl >/dev/null; then
  systemctl --quiet disable dcagent.service || true
  [ ! -d /run/systemd/system ] || systemctl stop dcagent.service || true
fi
find /usr/lib/dcagent -depth -name __pycache__ -exec rm -rf {} +

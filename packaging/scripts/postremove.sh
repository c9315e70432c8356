#!/bin/sh
# dpkg: remove, purge, upgrade VERSION-AFTER, …; rpm: 0 for the last, 1 where another version stays.
set -e

case "$1" in
  1)
    # compiled halves of modules that the newer version no longer has
    find /usr/lib/dcagent -depth -name '*.pyc' | while read -r compiled; do
      module=${compiled##*/}
      [ -e "${compiled%/__pycache__/*}/${module%%.*}.py" ] || rm -f "$compiled"
    done
    find /usr/lib/dcagent -depth -type d -empty -delete
    exit 0
    ;;
  remove | 0) ;;
  purge) rm -rf /etc/dcagent /var/lib/dcagent /var/cache/dcagent ;;
  *) exit 0 ;;
esac

[ ! -d /run/systemd/system ] || systemctl daemon-reload || true

#!/bin/sh
# dpkg: configure [VERSION-BEFORE] or abort-…; rpm: 1 for the first, 2 for one more.
set -e

case "$1" in
  configure) before=${2:-} ;;
  1) before= ;;
  [0-9]*) before=some ;;
  *) exit 0 ;;
esac

# The service may not write beside its code; without this every start would compile it.
find /usr/lib/dcagent -depth -name __pycache__ -exec rm -rf {} +
@INTERPRETER@ -I -m compileall -q /usr/lib/dcagent >/dev/null || true

if [ -e /run/udev/control ]; then
  udevadm control --reload || true
  udevadm trigger --action=change --subsystem-match=ipmi --subsystem-match=powercap || true
fi

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  [ -z "$before" ] || systemctl try-restart dcagent.service || true
fi

[ -z "$before" ] || exit 0
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
  zh*)
    echo "dcagent: 启动, 本机功率即刻可读:  systemctl enable --now dcagent; curl -s http://127.0.0.1:9824/metrics"
    echo "dcagent: 加上 BMC 和 PDU:         /etc/dcagent/dcagent.toml, 示例在 /usr/share/dcagent/examples; dcagent config check"
    echo "dcagent: 哪里不对, 怎么改:        dcagent doctor"
    ;;
  *)
    echo "dcagent: start it, read this machine:  systemctl enable --now dcagent; curl -s http://127.0.0.1:9824/metrics"
    echo "dcagent: add BMCs and PDUs:            /etc/dcagent/dcagent.toml, samples in /usr/share/dcagent/examples; dcagent config check"
    echo "dcagent: what is amiss, how to fix it: dcagent doctor"
    ;;
esac

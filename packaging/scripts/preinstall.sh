#!/bin/sh
# User and group, before files of theirs are unpacked.
set -e

getent group dcagent >/dev/null || groupadd --system dcagent
getent passwd dcagent >/dev/null || useradd --system --gid dcagent --no-create-home \
  --home-dir /var/lib/dcagent --shell /usr/sbin/nologin --comment "dcagent metrics" dcagent

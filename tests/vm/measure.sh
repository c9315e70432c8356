# Runs in the guest, in the host's read-only root.
export HOME=/run TMPDIR=/run PATH=/usr/sbin:/usr/bin:/sbin:/bin PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.." || exit 1
exec .venv/bin/python -m tests.bench.host --patience 75 --seconds "$(cat /run/out/seconds)"

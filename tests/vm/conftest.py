"""These tests boot a machine: they run where they are asked for, by `make test-vm`."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("DCAGENT_TEST_VM") else ["test_*.py"]

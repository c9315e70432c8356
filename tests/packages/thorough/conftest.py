"""These tests take minutes: they run where they are asked for, by `make test-packages`."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("DCAGENT_TEST_PACKAGES") else ["test_*.py"]

# Two commands do all the set-up: `make demo` and `make test`. Neither needs root.

# The first interpreter that is new enough; override with PYTHON=…
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# How many processes run tests side by side; a file of tests stays in one of them.
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
SOURCES := agent alerts collectors exporters hw_profiles model scoring simulators tests

.DEFAULT_GOAL := help
.PHONY: help demo test test-vm test-arm64 test-packages check bench format lint types contracts docs \
	rules dashboards golden deb rpm packages repo lock clean

help:
	@echo "make demo    a simulated site of 3 racks, the agent on it, a live table"
	@echo "make test    all tests; those against real peers run where the peers are installed"
	@echo "make check   format, lint, types, import contracts, and the tests with every peer required"
	@echo "make test-arm64  unit and golden tests in an arm64 Debian root (root, qemu-user)"
	@echo "make deb rpm  the noarch packages, into dist/ (SOURCE_DATE_EPOCH=…, MAINTAINER='NAME <ADDRESS>')"
	@echo "make packages  all packages: noarch, and x86_64 and aarch64 with an interpreter of their own"
	@echo "make repo KEY=FILE  signs the packages in dist/, and lays them out for apt and dnf"
	@echo "make test-packages  installs them in Debian roots and guests (root, qemu)"
	@echo "make test-vm  in-band IPMI on a real /dev/ipmi0: a guest under qemu, in software"
	@echo "make bench   benchmarks, each beside the named peer"
	@echo "make docs    write the generated documents anew"
	@echo "make rules   write the scoring rules, alerts and runbooks that are shipped anew"
	@echo "make dashboards  write the Grafana dashboards that are shipped anew"
	@echo "make golden  write the golden texts anew (read the difference before you commit it)"

$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "dcagent needs Python 3.11 or newer: set PYTHON=/path/to/python3" >&2; exit 69; }
	$(PYTHON) -m venv $(VENV) || { echo "no venv module: install python3-venv, or set PYTHON=…" >&2; exit 69; }

$(VENV)/.run: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.packaging: pyproject.toml | $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,packaging]'
	@touch $@

$(VENV)/.runtime: pyproject.toml | $(VENV)/.packaging
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,packaging,runtime]'
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/python -m simulators.demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder

test-vm: export DCAGENT_REQUIRE_PEERS = 1
test-vm: export DCAGENT_TEST_VM = 1
test-vm: $(VENV)/.dev
	$(BIN)/python -m pytest tests/vm -rP

test-packages: export DCAGENT_REQUIRE_PEERS = 1
test-packages: export DCAGENT_TEST_PACKAGES = 1
test-packages: $(VENV)/.runtime
	$(BIN)/python -m pytest tests/packages -rP

check: export DCAGENT_REQUIRE_PEERS = 1
check: $(VENV)/.packaging format lint types contracts test

format: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

test-arm64: $(VENV)/.dev
	tests/foreign/run-arm64

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

docs: $(VENV)/.dev
	$(BIN)/python -m exporters.metrics_doc > docs/metrics.md
	$(BIN)/python -m agent.diagnosis > docs/codes.md
	$(BIN)/python -m hw_profiles.hardware_doc > docs/hardware.md
	$(BIN)/python -m hw_profiles.processor_doc > docs/processors.md
	$(BIN)/python -m scoring.scoring_doc docs/scoring.md
	$(BIN)/python -m collectors.read_only_doc > docs/read-only.md

rules: $(VENV)/.dev
	$(BIN)/python -m scoring.build packaging/prometheus
	$(BIN)/python -m alerts.build .

dashboards: $(VENV)/.dev
	$(BIN)/python -m scoring.dashboards packaging/grafana

golden: $(VENV)/.dev
	$(BIN)/python -m tests.golden.update

PACKAGER = PYTHONPATH=packaging $(BIN)/python -m packager

deb rpm: $(VENV)/.packaging
	@$(PACKAGER) build noarch $@

packages: $(VENV)/.runtime
	@for payload in noarch x86_64 aarch64; do $(PACKAGER) build $$payload || exit; done

repo: $(VENV)/.packaging
	@[ -n "$(KEY)" ] || { echo "KEY=FILE: the secret key to sign with; PASSPHRASE_FILE=… where it has one" >&2; exit 64; }
	@$(PACKAGER) repo $(if $(PASSPHRASE_FILE),--passphrase-file $(PASSPHRASE_FILE)) $(KEY)

lock: $(VENV)/.packaging
	$(PACKAGER) lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

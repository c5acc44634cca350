# Golden Thread: everything there is to do in a checkout. `make` alone lists it.
#
#   PYTHON=python3.13   which Python makes the virtual environment (default: the first one of 3.11 or newer)
#   VENV=.venv          where that environment is
#   CONFIG=folder       the scorecard that `make serve` shows (default: as the command's own)
#   ENGINES="…"         what `make test-engines` runs on (default: postgresql mariadb clickhouse spark)
#   ARGS="…"            handed on to the program that is run, e.g. make test ARGS="tests/unit -k judge"

VENV ?= .venv
CONFIG ?=
ARGS ?=
ENGINES ?= postgresql mariadb clickhouse spark
PY = $(VENV)/bin/python
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
    "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; done)
# Python compiles a module when it is first imported; compiling all of them while installing takes a minute longer.
PIP_INSTALL = $(PY) -m pip --disable-pip-version-check --no-input install --no-compile
LOCKED = --require-hashes --only-binary :all:
COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

BENCHMARKS = $(wildcard tests/bench/bench_*.py)

export NO_COLOR = 1
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo serve setup setup-dev browser engines test test-engines test-spark check fix draws bench calibrate shots lock clean

help:  ## list what can be made
	@sed -n 's/^\([a-z][a-z-]*\):.*## /  make \1|/p' Makefile | sed 's|$$(VENV)|$(VENV)|' | while IFS='|' read -r target does; do \
	    printf '%-18s %s\n' "$$target" "$$does"; done

demo: setup  ## set up, make the demo company, serve it and say the address
	@$(VENV)/bin/golden-thread demo $(ARGS)

serve: setup  ## refresh one scorecard, CONFIG=folder, and serve it
	@$(VENV)/bin/golden-thread refresh $(CONFIG)
	@$(VENV)/bin/golden-thread serve $(CONFIG) $(ARGS)

setup: $(VENV)/.ready-runtime $(VENV)/.ready-project  ## install the scorecard into $(VENV)

setup-dev: setup $(VENV)/.ready-dev  ## the same, and what tests and checks need

browser: setup-dev  ## find a Chromium for the browser tests, or install one
	@echo "==> Looking for a browser"
	@$(PY) tests/browser/chromium.py

engines: setup-dev $(VENV)/.ready-engines  ## find PostgreSQL and MariaDB for the tests of engines, or install them
	@echo "==> Looking for servers"
	@$(PY) -m tests.engines.programs

test: setup-dev browser  ## run every test but those on other engines
	@echo "==> Running the tests"
	@$(PY) -m pytest --numprocesses logical --maxprocesses 8 --ignore tests/engines $(ARGS)

test-engines: engines $(if $(filter spark,$(ENGINES)),$(VENV)/.ready-spark)  ## run the cases on the servers and on a Spark cluster
	@echo "==> Running the cases on $(ENGINES)"
	@ENGINES="$(ENGINES)" $(PY) -m pytest tests/engines $(ARGS)

test-spark:  ## the same on a Spark cluster alone
	@$(MAKE) test-engines ENGINES=spark

check: setup-dev  ## format, lint, types and the walls between the packages
	@echo "==> Format"
	@$(PY) -m ruff format --check
	@echo "==> Lint"
	@$(PY) -m ruff check
	@echo "==> Types"
	@$(PY) -m mypy
	@echo "==> Walls between the packages"
	@$(VENV)/bin/lint-imports --cache-dir .import_linter_cache

fix: setup-dev  ## mend format and lint where a machine can
	@$(PY) -m ruff check --fix
	@$(PY) -m ruff format

draws: setup-dev  ## compare 10,000 random companies with plain pandas
	@$(PY) -m tests.draws $(ARGS)

bench: setup-dev  ## run every benchmark under tests/bench, one after the other
	@set -e; for program in $(BENCHMARKS); do echo "==> $$program"; PYTHONPATH=. $(PY) "$$program" $(ARGS); done

calibrate: setup-dev  ## prove on simulated data how often the statistics are wrong
	@PYTHONPATH=. $(PY) tests/bench/calibrate.py $(ARGS)

shots: setup-dev browser  ## take a picture of every screen
	@PYTHONPATH=. $(PY) tests/browser/shots.py $(ARGS)

lock: setup-dev  ## choose newer versions of everything that is locked
	@echo "==> Locking"
	@$(COMPILE) --upgrade pyproject.toml --output-file requirements.lock
	@$(COMPILE) --upgrade --group build --constraint requirements.lock --output-file requirements-build.lock
	@$(COMPILE) --upgrade pyproject.toml --group dev --constraint requirements.lock \
	    --constraint requirements-build.lock --output-file requirements-dev.lock
	@$(COMPILE) --upgrade pyproject.toml --extra postgresql --extra mariadb --extra clickhouse \
	    --constraint requirements-dev.lock --output-file requirements-engines.lock
	@$(COMPILE) --upgrade pyproject.toml --extra spark --group spark --constraint requirements-engines.lock \
	    --output-file requirements-spark.lock

clean:  ## remove what was built and cached; keeps $(VENV) and var/
	@rm -rf build dist test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -path ./$(VENV) -prune -o -type d -name __pycache__ -exec rm -rf {} +

# --- the environment: stamps, so that a second make installs nothing ------------------------------------------

$(PY):
	@test -n "$(PYTHON)" || { \
	    echo "Golden Thread needs Python 3.11 or newer, and none was found on the PATH."; \
	    echo "Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Golden Thread needs Python 3.11 or newer; $(PYTHON) is older, or is no Python."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments: it comes without venv and ensurepip."; \
	    echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "==> Making a virtual environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-runtime: requirements.lock requirements-build.lock | $(PY)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip
	@echo "==> Installing what the scorecard runs on (locked versions, hashes checked)"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-build.lock -r requirements.lock
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready-runtime
	@echo "==> Installing what tests and checks need (locked versions, hashes checked)"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-dev.lock
	@touch $@

$(VENV)/.ready-engines: requirements-engines.lock $(VENV)/.ready-dev
	@echo "==> Installing the drivers of other engines (locked versions, hashes checked)"
	@$(PIP_INSTALL) $(LOCKED) -r requirements-engines.lock
	@touch $@

# Some of what Spark needs exists as source only; the hashes are checked all the same.
$(VENV)/.ready-spark: requirements-spark.lock $(VENV)/.ready-engines
	@echo "==> Installing Spark, half a gigabyte (locked versions, hashes checked)"
	@$(PIP_INSTALL) --require-hashes -r requirements-spark.lock
	@touch $@

$(VENV)/.ready-project: pyproject.toml hatch_build.py $(VENV)/.ready-runtime
	@echo "==> Installing the command golden-thread"
	@$(PIP_INSTALL) --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# Everything a developer does, one word each. `make` alone lists them.
# Needs python3 (3.11 or newer) and make; the rest is installed into .uv/ and .venv/.

SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
SAMPLE := samples/linjiang-2026-investment
OUT := out

# uv must take the Python that is here and leave an active environment of the caller alone.
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export UV_NO_PROGRESS := 1
unexport VIRTUAL_ENV
# Modules are compiled once, in setup, not at every start: that is a third of a reading's time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run sample journey test test-all check format bench bench-desk golden measure clean

## Show this list.
help:
	@awk '/^## /{text=substr($$0,4)} /^[a-z-]+:/{if(text){split($$1,t,":"); printf "  make %-10s %s\n",t[1],text; text=""}}' Makefile

## Install everything; afterwards .venv/bin/guatu is there. Quick when nothing changed.
setup: .venv/.installed

.uv/.installed-$(UV_VERSION):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Guatu needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make setup PYTHON=python3.11"; exit 1; }
	@rm -rf .uv
	@$(PYTHON) -m venv .uv || \
	  { echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu install the package python3-venv."; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.installed: .uv/.installed-$(UV_VERSION) uv.lock pyproject.toml
	@$(UV) sync --frozen --quiet --all-extras --python $(PYTHON)
# A first reading compiles the modules it needs; all of them (--compile-bytecode) take many seconds.
	@$(BIN)/guatu read $(SAMPLE).docx >/dev/null
	@$(BIN)/guatu read $(SAMPLE).txt >/dev/null
	@touch $@
	@echo "Guatu is installed: $(BIN)/guatu --help"

PORT ?= 8000
# The desk's data (database, uploads, key) stays here between runs; git ignores it.
# GUATU_DATABASE moves the tables to PostgreSQL.
export GUATU_DATA ?= $(CURDIR)/var

## Start the desk with the sample city: address and sign-in are printed, Ctrl-C stops it.
run: setup
	@$(BIN)/guatu serve --sample --port $(PORT)

## Read the sample plan in the terminal; the page and the workbook go to out/.
sample: setup
	@mkdir -p $(OUT)
	@$(BIN)/guatu read $(SAMPLE).docx
	@$(BIN)/guatu read $(SAMPLE).docx -o $(OUT)/ --format html,xlsx

# The web tests once more on PostgreSQL, where it is; $(1) is what else pytest is told.
define on_postgres
@if $(PYTHON) -c 'import socket; socket.create_connection(("127.0.0.1", 5432), 1)' 2>/dev/null \
    || [ -n "$$GUATU_TEST_POSTGRES" ]; then \
  GUATU_TEST_DATABASE=postgres $(BIN)/pytest -n auto $(1) tests/web; \
else \
  echo "$@: NO POSTGRESQL ON THIS MACHINE: the web tests ran on SQLite only"; \
fi
endef

## Run the whole test suite on all cores; the web tests on SQLite and, where it is, PostgreSQL.
test: setup
	@$(BIN)/pytest -n auto -m "not slow"
	$(call on_postgres,-m "not slow")

## Walk the steps of the desk in headless Chromium; screenshots in out/journey/.
journey: setup
	@GUATU_JOURNEY_SHOTS=$(CURDIR)/$(OUT)/journey $(BIN)/pytest tests/journeys -q -rs

## The checks, the suite with its slow tests and many more random inputs, each benchmark once.
test-all: check
	@HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -n auto
	$(call on_postgres)
	@$(BIN)/pytest benchmarks --benchmark-disable

## Lint, format, types and who-may-import-whom; changes nothing.
check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@mkdir -p $(OUT)/check && GUATU_DATA=$(CURDIR)/$(OUT)/check $(BIN)/mypy
	@$(BIN)/lint-imports

## Mend what ruff can mend by itself: formatting, import order.
format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

## Measure the speed of reading (MB/s stands under extra_info).
bench: setup
	@$(BIN)/pytest benchmarks --benchmark-only

## Measure the desk at scale: import of 50,000 rows, list, close, board of 30,000 projects (an hour).
bench-desk: setup
	@$(BIN)/python -m benchmarks.desk

## Renew what is made from something else: the Word sample, golden readings, docs/checks.md.
golden: setup
	@$(BIN)/python tools/make_sample_plan.py
	@$(BIN)/python tools/make_sample_city.py
	@$(BIN)/python tools/write_checks_page.py
	@$(BIN)/python tools/renew_golden.py

## Score the reader on the plans in ../shared, where they are.
measure: setup
	@$(BIN)/python tools/measure.py

## Remove what was installed and made; a later `make setup` starts anew.
clean:
	@rm -rf .uv .venv $(OUT) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks

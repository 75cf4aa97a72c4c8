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

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all check format bench golden measure clean

## Show this list.
help:
	@awk '/^## /{text=substr($$0,4)} /^[a-z-]+:/{if(text){split($$1,t,":"); printf "  make %-9s %s\n",t[1],text; text=""}}' Makefile

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
	@$(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@
	@echo "Guatu is installed: $(BIN)/guatu --help"

## Read the sample plan: the summary here, the page and the workbook in out/.
run: setup
	@mkdir -p $(OUT)
	@$(BIN)/guatu read $(SAMPLE).docx
	@$(BIN)/guatu read $(SAMPLE).docx -o $(OUT)/ --format html,xlsx
	@page=$$(ls $(OUT)/*.html | head -n 1); book=$$(ls $(OUT)/*.xlsx | head -n 1); \
	  echo; echo "页面  $$PWD/$$page"; echo "台账  $$PWD/$$book"; \
	  if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] && command -v xdg-open >/dev/null 2>&1; then \
	    xdg-open "$$page" >/dev/null 2>&1 & \
	  elif [ "$$(uname)" = Darwin ]; then open "$$page" || true; fi

## Run the whole test suite on all cores.
test: setup
	@$(BIN)/pytest -n auto

## The suite with many more random inputs, the checks, and each benchmark once.
test-all: check
	@HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -n auto
	@$(BIN)/pytest benchmarks --benchmark-disable

## Lint, format, types and who-may-import-whom; changes nothing.
check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

## Mend what ruff can mend by itself: formatting, import order.
format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

## Measure the speed of reading (MB/s stands under extra_info).
bench: setup
	@$(BIN)/pytest benchmarks --benchmark-only

## Renew what is made from something else: the Word sample, golden readings, docs/checks.md.
golden: setup
	@$(BIN)/python tools/make_sample_plan.py
	@$(BIN)/python tools/write_checks_page.py
	@$(BIN)/python tools/renew_golden.py

## Score the reader on the plans in ../shared, where they are.
measure: setup
	@$(BIN)/python tools/measure.py

## Remove what was installed and made; a later `make setup` starts anew.
clean:
	@rm -rf .uv .venv $(OUT) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks

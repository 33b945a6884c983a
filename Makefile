# Needs Python 3.11 or later (with venv and pip) and make. Everything else goes into .venv.

PYTHON ?= python3
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
READY_TO_RUN := $(VENV)/.ready-to-run
READY_TO_TEST := $(VENV)/.ready-to-test

.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench bench-intake clean

help:
	@echo "make demo     run the built-in example into the folder demo"
	@echo "make test     check style, types and architecture, then run the tests"
	@echo "make lint     only the checks of style, types and architecture"
	@echo "make format   bring the code into its uniform layout"
	@echo "make bench    measure what safe reading costs, as a ratio"
	@echo "make clean    remove everything that make has made"
	@echo "PYTHON=...    the Python to use (now: $(PYTHON)); PYTEST_ARGS=... is handed to pytest"

demo: $(READY_TO_RUN)
	$(BIN)/xlreport demo demo

test: lint
	$(BIN)/python -m pytest -n auto --cov=xlreport --cov-report=term:skip-covered $(PYTEST_ARGS)

lint: $(READY_TO_TEST)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(READY_TO_TEST)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: bench-intake

bench-intake: $(READY_TO_TEST)
	$(BIN)/python benchmarks/intake.py

clean:
	rm -rf $(VENV) demo build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find xlreport tests -type d -name __pycache__ -prune -exec rm -rf {} +

$(READY_TO_RUN): $(BIN)/python pyproject.toml constraints.txt
	$(PIP_INSTALL) -e .
	@touch $@

$(READY_TO_TEST): $(BIN)/python pyproject.toml constraints.txt
	$(PIP_INSTALL) -e '.[dev]'
	@touch $@ $(READY_TO_RUN)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "xlreport needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

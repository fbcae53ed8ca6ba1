# make run          sets up everything and opens the application on the example company
# make test         sets up everything and runs the tests, on every processor
# make check        style and types
# make bench        speed, beside other ways to compute the same; how long a person waits, and many at once
# make screenshots  the pictures in the README

PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test check bench screenshots messages

run: .venv/ready
	$(BIN)/prioritizer app

test: .venv/ready-for-tests
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadscope

check: .venv/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy prioritizer

bench: .venv/ready-for-tests
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python -m benchmarks.interaction
	$(BIN)/python -m benchmarks.workspace
	$(BIN)/python -m benchmarks.information

screenshots: .venv/ready-for-tests
	$(BIN)/python -m docs.screenshots

messages: .venv/ready-for-tests
	$(BIN)/pybabel -q extract --no-location --omit-header --sort-output -k _ -k ngettext:1,2 -o prioritizer/locale/prioritizer.pot prioritizer

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer, with its venv module, is needed and was not found."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/pip requirements.txt pyproject.toml
	@echo "Installing what Prioritizer needs into .venv, once …"
	$(BIN)/pip install --quiet --editable .
	@echo "Compiling the engine, once; this takes about half a minute …"
	@$(BIN)/prioritizer rank scenarios/base.yaml --draws 2 > /dev/null
	@touch $@

.venv/ready-for-tests: .venv/ready
	@echo "Installing what the tests need into .venv, once …"
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

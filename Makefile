# make demo   the whole thing on a made-up company
# make test   everything that must hold before a change lands
# make help   the rest

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# Nothing but what the lock names gets in.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
N ?= 1000000

.PHONY: help demo test lint types imports pytest format bench docs dagster lock clean

help:  ## Say what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## ?/\1\t/' | expand -t 12

demo: $(VENV)/.project  ## Simulate a company, run everything on it, write the reports
	@$(BIN)/dottedline demo

test: system-packages lint types imports pytest  ## Lint, types, imports, tests

lint: $(VENV)/.project $(VENV)/.dev  ## Style and format
	@echo "== style"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo 'Not formatted as agreed; run `make format`'; exit 1; }

types: $(VENV)/.project $(VENV)/.dev  ## Types
	@echo "== types"
	@$(BIN)/mypy --no-error-summary

imports: $(VENV)/.project $(VENV)/.dev  ## Who imports whom
	@echo "== imports"
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

# A process a core, and in each one thread: small tables are a fifth slower with more.
pytest: $(VENV)/.project $(VENV)/.dev $(VENV)/.duckdb-next  ## Tests
	@echo "== tests"
	@POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadscope

format: $(VENV)/.project $(VENV)/.dev  ## Format and mend what can be mended by itself
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

bench: $(VENV)/.project $(VENV)/.dev  ## The whole job beside plain SQL and pandas: make bench N=1000000
	@$(BIN)/python -m benchmarks --rows $(N)

docs: $(VENV)/.project  ## Write what is generated in docs/
	@$(BIN)/dottedline docs

dagster: $(VENV)/.project  ## The graph, the schedules and past runs in a browser, on this machine only
	@DAGSTER_HOME="$(CURDIR)" PATH="$(CURDIR)/$(BIN):$$PATH" dagster dev --host 127.0.0.1

# Locks are made on purpose, never by the way: without -U only what pyproject.toml asks for changes.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-strip-extras
lock: $(VENV)/.project $(VENV)/.dev  ## Write both lock files again: make lock [UP=-U]
	@$(COMPILE) $(UP) --group build --extra ui -o requirements.lock
	@$(COMPILE) $(UP) --group build --extra ui --extra pdf --extra dev -c requirements.lock -o requirements-dev.lock

clean:  ## Remove the environment and all that is produced
	@rm -rf $(VENV) var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: system-packages
system-packages:
	@tools/system-packages.sh

# The stamps make a second `make` instant; a changed lock installs what changed.
$(VENV)/.made: tools/make-venv.sh
	@tools/make-venv.sh $(VENV)
	@touch $@

# The next client, beside the one that is used: tests open the published files with both.
$(VENV)/.duckdb-next: $(VENV)/.made requirements-duckdb-next.lock
	@$(INSTALL) --upgrade --target $(VENV)/duckdb-2 -r requirements-duckdb-next.lock
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock
	@echo "Installing $$(grep -c == requirements.lock) pinned packages into $(VENV); once, about a minute"
	@$(INSTALL) -r requirements.lock
	@touch $@

# In editable mode each top-level package is known by name: a new one has to be told.
$(VENV)/.project: $(VENV)/.runtime pyproject.toml $(wildcard */__init__.py)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what tests need into $(VENV); once, about a minute"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

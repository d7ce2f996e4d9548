# klima-allianz: `make demo` shows the main job, `make test` passes the tests. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help install demo demo-google test lint format campaign bench docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(READY) ## a local .venv with exactly the packages of requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("klima-allianz needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	@echo "Installing into $(VENV) (a minute or two the first time) …"
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock && \
	  uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(READY)

demo: install ## a sample alliance, set up, synced and reported, in ./demo
	@$(BIN)/klima-allianz demo --into demo

demo-google: install ## the same on a Google Sheet, with people editing it, on a local server that answers like Google
	@$(BIN)/python -m tests.sheets_server.demo

test: install ## the whole default suite
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: install ## style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: install ## let ruff put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

campaign: install ## the long searches: make campaign MINUTES=10 SEED=1
	@$(BIN)/python -m pytest -m campaign -s --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

bench: ## ratios against other libraries, side by side, in a .venv-bench of their own
	@test -d .venv-bench || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,bench]'
	@.venv-bench/bin/python -m pytest tests/benchmarks -m benchmark -s

docs: install ## the tables of docs/ that are generated from the code
	@$(BIN)/python -m docs.generate

lock: ## requirements.lock anew (needs uv)
	uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --extra dev --extra pdf --no-emit-index-url --no-header pyproject.toml -o requirements.lock

clean: ## remove .venv, caches and ./demo
	rm -rf $(VENV) .venv-bench demo .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

# The two commands a newcomer needs are `make run` and `make test`; both call `make install` by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --upgrade --custom-compile-command "make lock"
JOBS   ?= 2
# Extra words for the command, e.g. `make run ARGS="chat"` or `make test ARGS="-k quickadd"`.
ARGS   ?=

.PHONY: help run install test check format bench pictures dist lock clean

help:             ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install      ## run the bot: a talk in the terminal unless a platform is configured
	@$(BIN)/bot run $(ARGS)

install: $(VENV)/.installed        ## set up .venv from the lock; nothing to do when nothing changed

test: $(VENV)/.installed-dev       ## the whole test suite, on the embedded Postgres; JOBS files at once
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile $(ARGS)

check: $(VENV)/.installed-dev      ## formatting, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev     ## put the code in the house's form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev      ## the benchmark: a table, and JSON in .bench/
	@$(BIN)/python -m tests.benchmarks $(ARGS)

pictures: $(VENV)/.installed-dev   ## draw the README's pictures from real runs (chats need a Chromium)
	@$(BIN)/python -m tests.pictures.console
	@$(BIN)/python -m tests.pictures.slack
	@$(BIN)/python -m tests.pictures.discord
	@$(BIN)/python -m tests.pictures.mcp

dist: $(VENV)/.installed-dev       ## the wheel and the source distribution, in dist/
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist .

# what runs, what builds it (nothing of which runs), and everything with the tests' tools
lock: $(VENV)/.installed-dev       ## resolve the newest versions allowed by pyproject.toml
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group build -c requirements.lock -o requirements-build.lock
	$(COMPILE) --group build --group dev -c requirements.lock -c requirements-build.lock pyproject.toml -o requirements-dev.lock

clean:            ## remove the environment and every cache
	rm -rf $(VENV) dist .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV); this takes a minute, once." >&2
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need." >&2
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SOURCES := domain workflows activities api deploy tests worker.py settings.py

.DEFAULT_GOAL := help
.PHONY: help demo run test check docs histories bench faults clients lock reset clean

help: ## what there is to do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## a paid repair, the workshop's queue and its plans, before your eyes
	@$(BIN)/python -m deploy.dev demo

run: $(READY) ## the whole service on this machine, until Ctrl-C
	@$(BIN)/python -m deploy.dev run

test: $(READY) ## all tests, with coverage (WORKERS=<n> at once)
	@$(BIN)/python -m deploy.dev prepare
	$(BIN)/python -m pytest $(AT_ONCE) $(ON_THE_STACK:%=--ignore=%) --cov --cov-report=
	$(BIN)/python -m coverage report --skip-covered --show-missing
	@# The rest of the code stands above; these three are held to their number.
	$(BIN)/python -m coverage report --include='domain/*,workflows/*,api/*' --fail-under=95 --format=total
	$(BIN)/python -m pytest $(AT_ONCE) $(ON_THE_STACK)

# These look at processes from outside, where coverage would see nothing and only slow them down.
ON_THE_STACK := tests/stack tests/faults
# Most tests of the stack wait: more workers than processors. Each has servers of its own.
WORKERS ?= 4
AT_ONCE := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
# The processes of the stack start over and over; so their code need not be compiled each time.
export PYTHONDONTWRITEBYTECODE :=

check: $(READY) ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY) ## writes docs/reference/ anew from the code
	$(BIN)/python -m deploy.documents

histories: $(READY) ## records what the workflows do today, for the replay tests of tomorrow
	@$(BIN)/python -m deploy.dev prepare
	@$(BIN)/python -m tests.histories

bench: $(READY) ## measures, beside the bare engine (20 minutes; ARGS="--short" takes 5)
	@$(BIN)/python -m deploy.dev prepare
	$(BIN)/python -m tests.benchmarks $(ARGS)

faults: $(READY) ## breaks the running service in every way it promises to survive (hours; ARGS="--runs 1")
	@$(BIN)/python -m deploy.dev prepare
	$(BIN)/python -m tests.faults $(ARGS)

clients: $(READY) ## makes clients from the API's document with the usual generators, and compiles them (minutes)
	$(BIN)/python -m tests.clients

lock: $(READY) ## writes the lock files anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml -o requirements.lock $(COMPILE)
	$(BIN)/uv pip compile pyproject.toml --group dev -o requirements-dev.lock $(COMPILE)

COMPILE := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

reset: $(READY) ## throws away the data of the embedded stack
	@$(BIN)/python -m deploy.dev reset

clean: ## throws away the virtual environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	@# The lock names everything. Left to look further, an old pip wants the newest of what has an extra.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

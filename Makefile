# Beacon's commands. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Whatever starts Python keeps what it compiled: the tests start it some hundred times.
unexport PYTHONDONTWRITEBYTECODE
SCRIPTS = $(shell grep -lE '^\#!.*python' bin/* 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-long lint format settings bench chaos replay quality quality-table clean install-dev

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: ## Start Beacon with its demo workspace on http://127.0.0.1:8000 (PORT=... for another port)
	@$(PYTHON) bin/run

test: install-dev ## Check everything: lint, types, imports, and all tests on SQLite and PostgreSQL
	@$(PYTEST)

test-fast: install-dev ## Run the quick tests on SQLite only
	@$(PYTEST) -m "not browser and not slow and not long" -k "not postgresql"

test-long: install-dev ## Run all tests, with property, crash and browser tests in full size
	@BEACON_TEST_SIZE=full $(PYTEST) -m "" --timeout 3600

lint: install-dev ## Check style, types and import rules
	@$(BIN)/ruff check --quiet . $(SCRIPTS)
	@$(BIN)/ruff format --quiet --check . $(SCRIPTS)
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports

format: install-dev ## Bring the code into the house's format
	@$(BIN)/ruff check --quiet --fix-only . $(SCRIPTS)
	@$(BIN)/ruff format --quiet . $(SCRIPTS)

settings: install-dev ## Write the settings table of the README and .env.example anew
	@$(BIN)/python bin/settings-table --write

bench: install-dev ## Measure the pipeline (over PostgreSQL with DB=postgresql), coverage, schedules, the API
	@$(BIN)/python -m bench.pipeline --db $(or $(DB),sqlite)
	@$(BIN)/python -m bench.coverage
	@$(BIN)/python -m bench.schedules
	@$(BIN)/python -m bench.api
	@$(BIN)/python -m bench.telling --db $(or $(DB),sqlite)

chaos: install-dev ## Run the real processes under random faults (SECONDS=60 DB=sqlite or postgresql, SEED=...)
	@$(BIN)/python -m bench.chaos --seconds $(or $(SECONDS),60) --db $(or $(DB),sqlite) $(if $(SEED),--seed $(SEED))

replay: install-dev ## Run a job over real HTTP and SMTP (CONTRACTS=folder plays recordings)
	@$(BIN)/python -m bench.replay $(if $(CONTRACTS),--contracts "$(CONTRACTS)")

quality: install-dev ## Measure how well texts are understood (DATA=folder of labelled data)
	@$(BIN)/python -m bench.quality --data "$(or $(DATA),$(BEACON_DATA))"

quality-table: install-dev ## Measure likewise and write the README's table of it anew
	@$(BIN)/python -m bench.quality --data "$(or $(DATA),$(BEACON_DATA))" --readme

clean: ## Remove what was built, but not the data in instance/
	@rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

install-dev:
	@$(PYTHON) bin/install dev

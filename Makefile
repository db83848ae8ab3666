# Salvor. Two commands do everything: `make demo` to look at it, `make test` to check it.
# `make help` lists the rest. HOST and PORT move the demo's address; DATABASE_URL and REDIS_URL name servers of your own.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
# Checks and tests have embedded servers of their own, so they and a running demo do not meet.
OWN_SERVERS := SALVOR_LOCAL="$${SALVOR_LOCAL:-.local/tests}"

.PHONY: help setup demo test lint format types contracts migrations-check unit browser compose-check bench pictures messages lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv and install the locked packages (quick when nothing changed)
	@bin/setup

demo: setup ## start the demo company on http://127.0.0.1:8000 (PORT=8001 make demo for another port)
	@exec $(PY) -m config.demo

test: lint types contracts migrations-check unit browser compose-check ## everything that must hold; each part is a command of its own

lint: setup ## format and lint rules
	@$(PY) -m ruff format --check --quiet . || { echo "Some files are not formatted: run 'make format'." >&2; exit 1; }
	@$(PY) -m ruff check --quiet .
	@echo "lint: clean"

format: setup ## put the code into the agreed format
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --quiet --fix .

types: setup ## type annotations (mypy, strict)
	@SECRET_KEY=none DATABASE_URL=postgresql://nowhere REDIS_URL=redis://nowhere $(PY) -m mypy

contracts: setup ## imports go one way
	@bin/quietly "contracts: kept" .venv/bin/lint-imports

migrations-check: setup ## every model change has its migration
	@bin/quietly "migrations: complete" env $(OWN_SERVERS) $(PY) manage.py makemigrations --check --dry-run

unit: setup ## unit and integration tests
	@$(PY) -m pytest -q -n 2 --ignore=tests/browser $(ARGS)

browser: setup ## browser tests (finds Chromium, or installs it as root)
	@BROWSER_PATH="$$(bin/find-browser)" && export BROWSER_PATH && $(PY) -m pytest -q -n 2 tests/browser $(ARGS)

compose-check: setup ## docker-compose.yml against the Compose specification
	@bin/quietly "docker-compose.yml: valid" .venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: setup ## measure the pages of a large company (BENCH_DEALS=10000 for another size, BENCH_WRITE=yes for docs/performance.md)
	@$(PY) -m bench

pictures: setup ## take docs/pictures from the running demo
	@BROWSER_PATH="$$(bin/find-browser)" && export BROWSER_PATH && $(PY) docs/pictures/take.py

messages: setup ## collect every text for translators into locale/django.pot (needs GNU gettext)
	@mkdir -p locale
	@SECRET_KEY=none DATABASE_URL=postgresql://nowhere REDIS_URL=redis://nowhere $(PY) -m django makemessages --settings config.settings \
		--locale en --keep-pot --no-location --no-wrap --ignore '.venv/*' --ignore 'tests/*' --ignore 'staticfiles/*' --verbosity 0
	@rm -rf locale/en
	@echo "messages: locale/django.pot"

lock: setup ## resolve requirements.lock and requirements-test.lock anew (UPGRADE=--upgrade for newer versions)
	@bin/lock $(UPGRADE)

clean: ## remove everything that was made here: .venv, the demo's data, caches
	@bin/clean

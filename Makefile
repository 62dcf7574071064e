# The targets that people and CI use; `make help` lists them. Everything is installed into this checkout.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint type format schema size bench simulate clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --root-user-action=ignore
# A system-wide Node of version 20 or later serves; without one it comes from a wheel.
NODE_OK := $(shell node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' >/dev/null 2>&1 && npm --version >/dev/null 2>&1 && echo yes)
SDK_SOURCES := $(shell find sdk/src -type f 2>/dev/null) sdk/build.mjs sdk/package-lock.json
CONSOLE := services/analyzer/console
SHOP := examples/shop
# The preview of a prompt is drawn by the SDK's own files.
CONSOLE_SOURCES := $(shell find $(CONSOLE)/src -type f 2>/dev/null) $(CONSOLE)/build.mjs $(CONSOLE)/package-lock.json sdk/dist/manifest.json
export PATH := $(CURDIR)/$(BIN):$(PATH)

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.runtime sdk/dist/manifest.json $(CONSOLE)/dist/manifest.json $(SHOP)/media/.made $(SHOP)/node_modules/.installed ## Install into the checkout, build the SDK and the console

demo: setup ## Run everything with a demo shop and a month of visitors
	@exec $(BIN)/python -m examples.shop.demo

test: setup $(VENV)/.dev $(VENV)/.system ## Lint, types, unit, integration, SDK and real-browser tests
	@$(BIN)/python -m tests.run

lint: $(VENV)/.dev sdk/node_modules/.installed $(CONSOLE)/node_modules/.installed ## Style, imports, docstrings
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && npm --prefix sdk run --silent lint \
		&& npm --prefix $(CONSOLE) run --silent lint

type: $(VENV)/.dev sdk/node_modules/.installed $(CONSOLE)/node_modules/.installed ## mypy strict and TypeScript strict
	$(BIN)/mypy && npm --prefix sdk run --silent typecheck && npm --prefix $(CONSOLE) run --silent typecheck

format: $(VENV)/.dev ## Format the Python code
	$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format .

schema: $(VENV)/.runtime $(CONSOLE)/node_modules/.installed ## Write the generated files again (wire types, settings page, API types)
	$(BIN)/python -m shared.wire.typescript > sdk/src/generated/wire.ts
	$(BIN)/python -m shared.settings_page > docs/settings.md
	$(BIN)/python -m services.analyzer.openapi > $(CONSOLE)/openapi.json
	npm --prefix $(CONSOLE) run --silent schema

size: sdk/dist/manifest.json $(CONSOLE)/dist/manifest.json ## The bundles beside their budgets
	npm --prefix sdk run --silent size && npm --prefix $(CONSOLE) run --silent size

bench: setup ## Measure, each figure beside its limit
	@$(BIN)/python -m benchmarks

simulate: $(VENV)/.dev ## Show by simulation that the statistics hold; tables under docs/science
	@$(BIN)/python -m tests.simulation

clean: ## Remove what was installed and built
	rm -rf $(VENV) sdk/node_modules sdk/dist $(CONSOLE)/node_modules $(CONSOLE)/dist $(SHOP)/media $(SHOP)/node_modules

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Kikkake needs Python 3.11 or later: make PYTHON=python3.12 ...' >&2; exit 1; }
	@echo '· making $(VENV)'
	@$(PYTHON) -m venv $(VENV) || { echo 'Python has no venv here: install the package python3-venv' >&2; exit 1; }

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo '· installing Python packages'
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --require-hashes -r requirements-build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo '· installing what tests need'
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.node: requirements-node.txt $(VENV)/.runtime
ifneq ($(NODE_OK),yes)
	@echo '· installing Node from a wheel'
	@$(PIP) --require-hashes -r requirements-node.txt
	@$(BIN)/python -m shared.embedded.node $(BIN)
endif
	@touch $@

# Browser and PostgreSQL tests use the system's. Root on Debian gets them installed; everybody else is told.
$(VENV)/.system: $(VENV)/.dev
	@bash tests/install_system_packages.sh
	@touch $@

sdk/node_modules/.installed: sdk/package-lock.json $(VENV)/.node
	@echo '· installing the SDK tools'
	@cd sdk && npm ci --silent --no-audit --no-fund
	@touch $@

sdk/dist/manifest.json: $(SDK_SOURCES) sdk/node_modules/.installed
	@echo '· building the SDK'
	@npm --prefix sdk run --silent build

$(CONSOLE)/node_modules/.installed: $(CONSOLE)/package-lock.json $(VENV)/.node
	@echo '· installing the console tools'
	@cd $(CONSOLE) && npm ci --silent --no-audit --no-fund
	@touch $@

$(CONSOLE)/dist/manifest.json: $(CONSOLE_SOURCES) $(CONSOLE)/node_modules/.installed
	@echo '· building the console'
	@npm --prefix $(CONSOLE) run --silent build

$(SHOP)/media/.made: $(SHOP)/make_video.py $(SHOP)/stream.py $(SHOP)/scenes.json $(SHOP)/clips.json $(wildcard $(SHOP)/film/*.py) $(VENV)/.runtime
	@$(BIN)/python -m examples.shop.make_video
	@touch $@

$(SHOP)/node_modules/.installed: $(SHOP)/package-lock.json $(VENV)/.node
	@echo '· installing the shop'\''s player'
	@cd $(SHOP) && npm ci --silent --no-audit --no-fund
	@touch $@

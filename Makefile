# The habits of the house. Needs Python >= 3.11 and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: setup run test test-fast test-spark check format seed bench messages clean help

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.runtime ## Open the demo shop: installs, migrates, seeds, starts web and worker
	@$(BIN)/aftercart demo

setup: $(VENV)/.dev ## Everything a developer needs

test: $(VENV)/.dev ## The whole suite on SQLite and PostgreSQL, browser included
	@$(BIN)/python -m tools.suite

test-fast: $(VENV)/.dev ## The suite on SQLite, without browser
	@$(BIN)/pytest -m "not browser and not postgres and not spark" -n 2

test-spark: $(VENV)/.spark ## The figures on PySpark (installs the large spark extra)
	@$(BIN)/pytest -m spark

check: $(VENV)/.dev ## All that CI checks besides tests
	@$(BIN)/python -m tools.check

format: $(VENV)/.dev ## Write Python and templates the way check wants them
	@$(BIN)/python -m tools.check --fix

seed: $(VENV)/.runtime ## Fill the database with the believable shop
	@$(BIN)/aftercart migrate && $(BIN)/aftercart seed

bench: $(VENV)/.dev ## The benchmarks, with ratios and machine facts
	@$(BIN)/aftercart bench

messages: $(VENV)/.dev ## Collect translations into the five languages and compile them
	@$(BIN)/python -m tools.messages

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Aftercart needs Python 3.11 or newer; call make with PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python tools/install.py
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/python tools/install.py dev
	@touch $@ $(VENV)/.runtime

$(VENV)/.spark: $(VENV)/.dev
	@$(BIN)/python tools/install.py dev,spark
	@touch $@

clean: ## Forget the virtual environment and all data under var/
	rm -rf $(VENV) var build *.egg-info

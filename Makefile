# Every target makes its own .venv first. PYTHON picks the interpreter: make test PYTHON=python3.12
PYTHON ?= python3.11
PYTHON_FOUND := $(shell command -v $(PYTHON) 2>/dev/null || command -v python3 2>/dev/null)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: help demo run check test test-fast contract mutations torture bench lint format types contracts clean

help: ## Shows this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

$(STAMP): requirements.txt requirements-dev.txt
	@test -n "$(PYTHON_FOUND)" || { echo "Python 3.11 or newer is needed; install it, or say where it is: make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON_FOUND) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; say where it is: make PYTHON=/path/to/python3.11")'
	$(PYTHON_FOUND) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(STAMP)

demo: $(STAMP) ## Plays a whole Space on a local Discord; needs no token
	$(BIN)/python -m demo

run: $(STAMP) ## Runs the bot on Discord; needs DISCORD_TOKEN
	$(BIN)/python bot.py run

check: $(STAMP) ## Reads the configuration and says what it means
	$(BIN)/python bot.py check

test: $(STAMP) ## Runs all tests
	$(BIN)/python -m pytest -n auto

test-fast: $(STAMP) ## Runs the unit tests only
	$(BIN)/python -m pytest -n auto -m "not emulator and not speech"

contract: $(STAMP) ## Judges all that the local Discord sends and accepts by Discord's own description
	$(BIN)/python -m pytest -n auto -q tests/contract tests/discord_emulator tests/bot

mutations: $(STAMP) ## Plants faults in calls and answers, and counts which are caught
	$(BIN)/python -m tests.contract.mutations

torture: $(STAMP) ## Kills the bot 200 times in the middle of evenings, and looks what is left
	$(BIN)/python -m tests.bot.torture

bench: $(STAMP) ## Measures what things cost; ONLY=emulator measures one
	$(BIN)/python -m benchmarks $(ONLY)

lint: $(STAMP) types contracts ## Checks style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## Formats the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP) ## Checks types
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python

contracts: $(STAMP) ## Checks that imports go down the floors only
	$(BIN)/lint-imports

clean: ## Removes what make made
	rm -rf $(VENV) demo-output .pytest_cache .ruff_cache .import_linter_cache

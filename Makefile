# `make run` and `make test` each do all of their own set-up.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: run test check format bench clean

run: $(VENV)/run.stamp
	$(BIN)/python app.py $(ARGS)

test: $(VENV)/dev.stamp chromium
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(ARGS)

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmarks.start
	$(BIN)/python -m tests.benchmarks.first_token
	$(BIN)/python -m tests.benchmarks.quantisation
	$(BIN)/python -m tests.benchmarks.engine
	$(BIN)/python -m tests.benchmarks.memory
	$(BIN)/python -m tests.benchmarks.learning
	$(BIN)/python -m tests.benchmarks.search
	$(BIN)/python -m tests.benchmarks.activation

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# llama-cpp-python is compiled for this machine, which takes about ten minutes the first time.
$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Setting up Loreloom. The language model's engine is compiled for this machine; this takes about ten minutes."
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

# The browser tests drive the system's Chromium; LORELOOM_CHROMIUM names another executable.
.PHONY: chromium
chromium:
	@if [ -z "$$LORELOOM_CHROMIUM" ] && ! command -v chromium >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium chromium-driver; \
	  elif command -v sudo >/dev/null 2>&1; then sudo apt-get update -qq && sudo apt-get install -y -qq chromium chromium-driver; \
	  else echo "The browser tests need Chromium: install the packages chromium and chromium-driver." >&2; exit 1; fi; fi

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis screenshots

# `make run` and `make test` each do all of their own set-up.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# Compilers (GCC 12 is one) break llama.cpp's kernels for Intel's AMX unit, and the program would end at its first prompt:
# where there is such a unit they are left out, also where a build that has them comes from pip's cache.
ifneq ($(shell grep -s amx_int8 /proc/cpuinfo),)
export CFLAGS += -mno-amx-tile -mno-amx-int8 -mno-amx-bf16
export CXXFLAGS += -mno-amx-tile -mno-amx-int8 -mno-amx-bf16
endif
HAS_AMX := import llama_cpp, sys; sys.exit(b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info())
ENGINE = $$(grep -o '^llama-cpp-python==[0-9.]*' requirements.txt)

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
	$(BIN)/python -m tests.benchmarks.team

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# llama-cpp-python is compiled for this machine, which takes about ten minutes the first time.
$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Setting up Loreloom. The language model's engine is compiled for this machine; this takes about ten minutes."
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@if $(BIN)/python -c '$(HAS_AMX)' 2>/dev/null; then \
	  $(BIN)/python -m pip install --quiet --no-cache-dir --force-reinstall --no-deps --no-binary llama-cpp-python $(ENGINE); fi
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

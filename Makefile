# make demo    installs into a virtual environment of its own (.venv) and shows a derivation
# make test    the same for the whole test suite
# make check   all that a change must pass; .ci/run runs exactly this
# make stress  10,000 seeds of every kind of exercise, the levels in turn; SEEDS=1-100 WORKERS=8 for fewer, and faster
# make fuzz    makes up hand calculations for 25 seconds, to find one that breaks the reader; .ci/run does it too
# make clean   removes what these made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

SEEDS ?= 1-10000
WORKERS ?= 2
SECONDS_OF_FUZZING ?= 25

.PHONY: demo test check fuzz stress clean

demo: $(VENV)/installed
	@$(BIN)/backtrace derive mazur w5 w1

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -q -n auto --dist loadscope

check: $(VENV)/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n auto --dist loadscope

fuzz: $(VENV)/installed-fuzz
	$(BIN)/python tests/fuzz/fuzz_reader.py -max_total_time=$(SECONDS_OF_FUZZING)

stress: $(VENV)/installed
	$(BIN)/backtrace stress --all --seeds $(SEEDS) --workers $(WORKERS)

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamps say what is installed; a change of pyproject.toml installs anew.
$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-witness: pyproject.toml | $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[witness]'
	@touch $@

$(VENV)/installed-fuzz: pyproject.toml | $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "backtrace needs Python 3.11 or newer; name one: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

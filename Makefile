# make run    try it in the terminal, or serve the platforms whose tokens are in .env
# make test   everything that must hold before a commit lands
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := run
.PHONY: run test check lint bench chaos lock clean

run: .venv/installed
	@$(BIN)/python -m bot run

test: check
	$(BIN)/pytest -n 2

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot questions check

bench: .venv/installed-bench
	$(BIN)/python -m bench

N ?= 200
chaos: .venv/installed-dev
	$(BIN)/python -m tests.chaos $(N)

# Renew the pinned files; no registry's host is written into them.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml
lock: .venv/installed-dev
	$(LOCK) -o requirements.txt
	$(LOCK) --group dev -o requirements-dev.txt
	$(LOCK) --group dev --group bench -o requirements-bench.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "drillbot needs Python 3.11 or newer; set PYTHON=")'
	@$(PYTHON) -m venv .venv

define install
@echo "Installing $< into .venv (once, about a minute) ..." >&2
@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
@touch $@
endef

.venv/installed: requirements.txt .venv/bin/python
	$(install)

.venv/installed-dev: requirements-dev.txt .venv/bin/python
	$(install)
	@touch .venv/installed

.venv/installed-bench: requirements-bench.txt .venv/installed-dev
	$(install)

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

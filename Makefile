# make run    the question this project exists for, answered into out/
# make test   everything that CI checks
# make attack  kills, full disks and crowds: what is written is whole or not there
# make bench  timings beside geopandas, as ratios
# make pictures  the light pictures in the notebooks, drawn anew

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BEFORE := 2024-12-07
AFTER := 2026-01-06

.PHONY: run test attack bench pictures clean

run: $(VENV)/installed
	@mkdir -p out
	@$(BIN)/claims change $(BEFORE) $(AFTER)
	@echo
	@echo "Written:"
	@$(BIN)/claims map $(BEFORE) $(AFTER) -o out/map.html
	@$(BIN)/claims plot $(BEFORE) $(AFTER) -o out/change.png
	@$(BIN)/claims export change_$(BEFORE)_$(AFTER) -o out/change_$(BEFORE)_$(AFTER).geojson
	@$(BIN)/claims export control_$(BEFORE) -o out/control_$(BEFORE).geojson
	@$(BIN)/claims export control_$(AFTER) -o out/control_$(AFTER).geojson

test: $(VENV)/tested
	@tests/browsers.sh
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/oxlint geo/views/static
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/claims build --check
	$(BIN)/pytest -q -n auto --dist worksteal

attack: $(VENV)/tested
	$(BIN)/python tests/attack.py --kills 200

bench: $(VENV)/tested
	@tests/browsers.sh
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python tests/bench/bench.py

pictures: $(VENV)/tested
	@tests/browsers.sh
	$(BIN)/python notebooks/pictures.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/tested: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) out

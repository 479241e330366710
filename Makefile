# make run    a demo community on http://127.0.0.1:8000
# make test   all tests, with a real PostgreSQL and a real browser
# make check  format, lint, types, imports, prose, catalogs, migrations: all run, failures counted
# make fix    format and lint faults that a program can fix
# make docs   these documents and the API reference as a site in build/site
# make walk   every screen in every language and look, for axe and for English; 1,000 changes of language
# make bench  speed and weight, as ratios to a floor measured in the same run
# make soak   thirty minutes at 70 % of the capacity of this machine: errors, percentiles, memory
# make fuzz   100,000 requests to every route, from every role, with any content
# make drills  the long tests in full (50 kills, every page in every look, new random examples)
# make truth  the claims of reports of a simulated city, against its truth; ROUNDS=500
# make sbom   a bill of materials (CycloneDX) of the service
# make audit  known weaknesses of its libraries; fails on one, and without an answer of the advisory database
# make pot    the catalogs, from the sentences in code and templates
# make picture   the picture of the README, from a served demo
# make lock   both requirements files, from pyproject.toml
# make image-check   the Dockerfile, linted, built and started

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export COMMONTRUST_DATA_DIR ?= data
PORT ?= 8000
export COMMONTRUST_BASE_URL ?= http://127.0.0.1:$(PORT)

.PHONY: run test test-fast check fix docs walk picture bench soak fuzz drills truth sbom audit image-check lock pot install install-dev clean

run: install
	@$(BIN)/commontrust migrate
	@$(BIN)/commontrust demo --unless-present
	@$(BIN)/commontrust serve --host 127.0.0.1 --port $(PORT)

test: install-dev
	@.ci/system-packages $(BIN)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q

# One case of each test of the lower layers, and one test of each file of services and pages (`tests/ordering.py`): no random
# examples, and none of the data sets of tests/analysis/release, which alone take a minute.
# All tests of one place that need no browser and no PostgreSQL: FAST=tests/web/admin.
QUICK = --quick -m "not slow and not browser and not postgres and not hypothesis" \
  --ignore=tests/analysis/release tests/analysis tests/questionnaire tests/language tests/records tests/services tests/web
test-fast: install-dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(if $(FAST),-m "not slow and not browser and not postgres" $(FAST),$(QUICK))

check: install-dev
	@.ci/check $(BIN)

fix: install-dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

docs: install-dev
	@$(BIN)/python -m sphinx -q -c docs . build/site
	@echo "build/site/index.html"

bench: install-dev
	@$(BIN)/python -m tests.bench

walk: install-dev
	@.ci/system-packages $(BIN)
	@$(BIN)/python -m tests.walk
	@$(BIN)/python -m tests.walk.switching

picture: install-dev
	@.ci/system-packages $(BIN)
	@$(BIN)/python -m tests.walk.picture http://127.0.0.1:$(PORT)

soak: install-dev
	@$(BIN)/python -m tests.bench.soak $(MINUTES)

fuzz: install-dev
	@DRILL=1 $(BIN)/python -m pytest -q -s tests/fuzz

drills: install-dev
	@DRILL=1 .ci/system-packages $(BIN)
	@DRILL=1 HYPOTHESIS=random $(BIN)/python -m pytest -n 2 --dist loadfile -q $$(grep -rl 'tests.drills' tests --include='test_*.py')

ROUNDS ?= 500
truth: install-dev
	@$(BIN)/python -m tests.truth --rounds $(ROUNDS)
	@DRILL=1 $(BIN)/python -m pytest -q tests/analysis/report/test_rounded_shares.py

sbom: install-dev
	@mkdir -p build
	@$(BIN)/uvx --quiet --from "cyclonedx-bom>=7.3,<8" cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible --of JSON -o build/sbom.cdx.json
	@echo "build/sbom.cdx.json"

audit: install-dev
	@$(BIN)/uvx --quiet --from "pip-audit>=2.9,<3" pip-audit --strict --disable-pip --require-hashes -r requirements.txt

image-check: install-dev
	@.ci/image $(BIN)

pot: install-dev
	@$(BIN)/python -m app.language --extract

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: requirements.txt pyproject.toml
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the service needs (a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt pyproject.toml
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the tests need (two minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.installed

lock:
	@$(BIN)/uv pip compile pyproject.toml --extra postgres --extra pdf --extra slides --group build --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group build --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet -o requirements-dev.txt

clean:
	@rm -rf $(VENV) data build dist .mypy_cache .ruff_cache .hypothesis

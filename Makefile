# On a fresh machine with Python >= 3.11: `make briefings` and `make test`.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
WORKERS := 2
PYTEST  := $(BIN)/pytest -n $(WORKERS) --dist worksteal
SMALL   := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1

.DEFAULT_GOAL := help
.PHONY: help env briefings docs quick test browser golden lint style types house lab bench lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY) ## Build .venv from the hash-locked requirements.lock

$(READY): requirements.lock pyproject.toml package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "antq_analysis needs Python 3.11 or newer; say which: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@$(SMALL) || echo "Without the small scripts of plotly.js, which npm brings, a page with charts has 2 MB instead of 0.7 MB."
	touch $@

briefings: $(READY) ## Render every briefing of the plan into outputs/<date>/
	$(BIN)/antq render

docs: $(READY) ## Build the documentation into outputs/docs/, to be opened from there; a broken link is a fault
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

quick: style ## Check style and layers, then run the tests that render nothing: under a minute
	$(PYTEST) --ignore=tests/browser -m "not slow"

test: lint ## Check style, types, layers, sizes and notebooks, then run every test but those in a browser
	$(PYTEST) --ignore=tests/browser

browser: $(READY) ## Open every page in Chromium: those in the folder ANTQ_PAGES, else rendered for it
	$(PYTEST) tests/browser

golden: $(READY) ## Write what users see anew into tests/golden/; read the difference
	ANTQ_GOLDEN=update $(BIN)/pytest -q tests/test_golden.py

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/nbstripout --verify notebooks/*.ipynb docs/*.ipynb

lint: style house types ## Check style, types, layers, sizes and notebooks

types: $(READY)
	$(BIN)/mypy

house: $(READY) ## Print the size of the package and of its tests beside the budget
	$(BIN)/python tools/house.py

lab: $(READY) ## Open the notebooks in JupyterLab; menus in Vietnamese by Settings, Language
	$(BIN)/jupyter lab notebooks

bench: $(READY) ## Time briefings, and loading many figures
	@missed=0; for script in render load; do $(BIN)/python benchmarks/$$script.py || missed=1; done; exit $$missed

lock: ## Renew requirements.lock and package-lock.json for all platforms (needs uv and npm)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements.lock
	npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## Remove the environment and everything rendered
	rm -rf $(VENV) node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find outputs -mindepth 1 -maxdepth 1 ! -name README.md ! -name .gitignore -exec rm -rf {} +

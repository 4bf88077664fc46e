# make app    install what is needed, then start the app (ARGS="--port 8000" passes options)
# make test   install what is needed, then lint, check types and run all tests, browser tests included
# make browsers  the listeners' page in Firefox and WebKit too (Debian)
# make comparators  install the neural denoisers to compare with (NAMES="rnnoise" picks; see comparators/)
# make findings  measure docs/findings.md again and write it (some 35 minutes)
# make bench  install what is needed, then measure speed (ARGS="computation" picks; see bench/)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Browser tests wait more than they compute: four workers on two cores, each computing on one thread.
WORKERS ?= 4

.PHONY: app test browsers comparators findings bench format screenshot clean

app: $(VENV)/app-installed
	$(BIN)/python app.py $(ARGS)

test: $(VENV)/tests-installed node_modules/installed
	bash tests/browser/install.sh $(BIN)/python
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	find ui -name '*.pyi' -delete  # Gradio writes them beside its subclasses
	$(BIN)/mypy
	npm run --silent lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

browsers: $(VENV)/tests-installed
	bash tests/browser/install.sh $(BIN)/python
	bash tests/cross_browser/install.sh
	LAB_BROWSERS=1 $(BIN)/python -m pytest tests/cross_browser $(ARGS)

comparators: | $(BIN)/pip
	bash comparators/install.sh $(BIN)/python $(NAMES)

findings: $(VENV)/tests-installed
	OMP_NUM_THREADS=1 $(BIN)/python -m findings $(ARGS)

bench: $(VENV)/tests-installed
	bash tests/browser/install.sh $(BIN)/python
	$(BIN)/python -m bench $(ARGS)

format: $(VENV)/tests-installed node_modules/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm run --silent format

# The picture in the README.
screenshot: $(VENV)/tests-installed
	bash tests/browser/install.sh $(BIN)/python
	$(BIN)/python -m tests.support.browser.screenshot docs/studio.png

clean:
	rm -rf $(VENV) comparators/.venvs node_modules .mypy_cache .pytest_cache .ruff_cache artifacts

$(VENV)/app-installed: requirements.txt | $(BIN)/pip
	$(BIN)/pip install --disable-pip-version-check -q -r requirements.txt
	touch $@

$(VENV)/tests-installed: tests/requirements.txt requirements.txt $(VENV)/app-installed
	$(BIN)/pip install --disable-pip-version-check -q -r tests/requirements.txt
	touch $@

# The linters of the pages' scripts and styles; the app itself needs no Node.
node_modules/installed: package.json package-lock.json
	command -v npm || bash setup/apt.sh nodejs npm
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# Debian and Ubuntu ship Python without its venv module.
$(BIN)/pip:
	$(PYTHON) -c "import ensurepip" || bash setup/apt.sh "$$(basename $(PYTHON))-venv"
	$(PYTHON) -m venv $(VENV)

# Everything lives in .venv and var/; `make help` lists what there is to do.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python

# A stamp carries the hash of its lock: nothing is installed twice, a changed lock is noticed.
hash = $(shell { sha256sum 2>/dev/null || shasum -a 256; } < $(1) | cut -c1-16)
BASE := $(VENV)/installed-base-$(call hash,requirements/base.txt)
DEV := $(VENV)/installed-dev-$(call hash,requirements/dev.txt)
NODE := $(VENV)/node-$(call hash,requirements/package-lock.json)

# uv is ten times faster; pip is always there, and knows mirrors that uv was not told of.
# Python compiles what it imports on the first start: doing that for all packages takes longer.
install = { command -v uv >/dev/null && uv pip install --quiet --python $(PYTHON) --require-hashes $(1); } \
	|| $(PYTHON) -m pip install -qq --no-compile --disable-pip-version-check --require-hashes $(1)

# The installation that `make lint` examines: a production one, and not the developer's own.
LINT_DATA := DATA_DIR=$(VENV)/lint-data
PRODUCTION := SECRET_KEY=examined-by-make-lint-0123456789-abcdefghijklmnopqrstuvwxyz \
	PUBLIC_URL=https://support.example.ru TRUSTED_PROXIES=127.0.0.1/32 \
	DATABASE_URL=postgres://support@localhost/support REDIS_URL=redis://localhost

.DEFAULT_GOAL := help
.PHONY: help run test lint faults bench screenshots lock clean \
	lint-python lint-types lint-templates lint-scripts lint-django

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{ printf "  make %-13s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(BASE) ## install what is missing and serve on http://127.0.0.1:$PORT (default 8000)
	@exec $(PYTHON) manage.py serve --prepare

test: $(DEV) ## all tests, embedded and on PostgreSQL with Redis; ARGS="-k word" narrows them
	@tests/run.sh $(ARGS)

lint: lint-python lint-types lint-templates lint-scripts lint-django ## style, types, templates, security

lint-python: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive \
		manage.py operators departments chat reports sphaera_support

lint-types: $(DEV)
	$(LINT_DATA) $(BIN)/mypy

lint-templates: $(DEV)
	$(BIN)/djlint --quiet --lint templates

lint-scripts:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(NODE) \
		&& echo "tsc --project ." && $(NODE)/node_modules/.bin/tsc --project .; \
	else echo "tsc skipped: Node.js is not installed"; fi

lint-django: $(DEV)
	$(LINT_DATA) $(PYTHON) manage.py makemigrations --check --dry-run
	$(LINT_DATA) $(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

faults: $(DEV) ## kill, stop and cut off the servers under load: nothing may be lost
	@exec $(PYTHON) -m tests.faults $(ARGS)

bench: $(DEV) ## measure the speed figures
	@exec $(PYTHON) -m tests.bench $(ARGS)

screenshots: $(DEV) ## take the pictures of the help anew; ARGS="name …" only those
	@exec $(PYTHON) -m tests.screenshots $(ARGS)

lock: $(DEV) ## choose newer versions and write the locks with their hashes
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(PYTHON) -m pip install --quiet uv
	@for name in base dev; do PATH="$$PATH:$(BIN)" uv pip compile --quiet --upgrade --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --python-version 3.11 \
		requirements/$$name.in --output-file requirements/$$name.txt || exit; done

clean: ## remove the environment and caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(PYTHON):
	@for candidate in python3.11 python3; do \
		if $$candidate -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then exec $$candidate -m venv --clear $(VENV); fi; done; \
	echo "Python 3.11 with its venv module is needed (on Debian: apt-get install python3-venv)." >&2; exit 1

$(BASE): | $(PYTHON)
	@echo "Installing the product's packages..."
	@$(call install,--requirement requirements/base.txt)
	@rm -f $(VENV)/installed-base-* && touch $@

$(DEV): $(BASE)
	@echo "Installing the packages of tests and checks..."
	@$(call install,--requirement requirements/base.txt --requirement requirements/dev.txt)
	@rm -f $(VENV)/installed-dev-* && touch $@

$(NODE): | $(PYTHON)
	@rm -rf $(VENV)/node-* && mkdir -p $@ && cp requirements/package.json requirements/package-lock.json $@
	@npm ci --prefix $@ --ignore-scripts --no-audit --no-fund --loglevel error || { rm -rf $@; exit 1; }

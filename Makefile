# LiveClass. Two commands do all the set-up: `make run` and `make test`.
# The work is done by tools/ (plain Python, nothing to install first); see docs/contributing.md.
PYTHON ?= python3
SETUP = @$(PYTHON) -m tools.setup

.DEFAULT_GOAL := help
.PHONY: help run test check build fmt lock demo bench messages clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: ## set up what is missing and start the platform with demo data (PORT, HOST, DATA_DIR)
	$(SETUP) run

test: ## set up what is missing and run every test (LIVECLASS_SKIP=browser,postgres leaves out)
	$(SETUP) test

check: ## formatting, lint, types, import rules, migrations, protocol, translations
	$(SETUP) check

build: ## environment and front end only
	$(SETUP) build

fmt: ## rewrite sources in the house's form
	$(SETUP) fmt

lock: ## write requirements*.txt anew (UPGRADE=1 takes newer versions)
	$(SETUP) lock

demo: ## load the demo organisation again and show its accounts
	$(SETUP) demo

bench: ## run the benchmarks
	$(SETUP) bench

messages: ## collect and compile translations
	$(SETUP) messages

clean: ## remove everything that make made, except DATA_DIR
	rm -rf .boot .venv .cache assets/node_modules liveclass/static/build

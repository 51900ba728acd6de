# Everything starts here. Needs Python 3.11 or newer and make; the rest is set up in .venv on first use.
PY ?=
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help setup run test verify bench docs lint lock messages clean
.PHONY: style types layers

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile
	@echo '  More options go into ARGS, another interpreter into PY: make run ARGS="--people 20000" PY=python3.12'

setup: .venv/.test ## make .venv with everything, for use and development

run: .venv/.run ## the main job: every claim put to the test, first quickly, then better as long as it runs
	.venv/bin/glasstown claims $(ARGS)

test: .venv/.test ## the tests
	@sh tools/chromium.sh
	.venv/bin/python -m pytest -q -n auto --maxprocesses 4 --dist loadgroup $(ARGS)

verify: .venv/.run ## every published result, run again here
	.venv/bin/glasstown verify $(ARGS)

bench: .venv/.test ## speed and memory against the floor and against peers (takes minutes)
	.venv/bin/python -m bench $(ARGS)

docs: .venv/.test ## the documentation as HTML, in docs/_build/html
	.venv/bin/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

lint: style types layers ## style, format, types and layers

style: .venv/.test
	.venv/bin/ruff check
	.venv/bin/ruff format --check

types: .venv/.test
	.venv/bin/mypy

layers: .venv/.test
	.venv/bin/lint-imports

lock: .venv/.test ## pin the dependencies again; ARGS=--upgrade admits newer versions
	sh tools/lock.sh $(ARGS)

messages: .venv/.test ## collect what the program says and compile the translations
	.venv/bin/python tools/messages.py

clean: ## remove .venv and all that was built; runs stay
	rm -rf .venv docs/_build dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

ifneq ($(shell cat .venv/.place 2>/dev/null),$(CURDIR)) # a copied or moved folder must not use the old one's code
.PHONY: .venv/.run .venv/.test
endif

.venv/.run: requirements/run.txt pyproject.toml
	@PY="$(PY)" sh tools/setup.sh run

.venv/.test: requirements/test.txt pyproject.toml
	@PY="$(PY)" sh tools/setup.sh test

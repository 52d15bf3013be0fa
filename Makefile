# The developer's front door. `make` alone says what there is; ARGS=... hands arguments on.
.DEFAULT_GOAL := help
.PHONY: .venv help demo test soak check bench docs lock clean
# Nothing of another environment may leak in.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
SEED ?= 1
# Tests wait for databases and processes half of the time.
WORKERS ?= 4
# The long ones only reckon: a process a core; -rP shows their figures.
LONG = -n 2 --dist worksteal --hypothesis-seed=$(SEED)
READY := .venv/.ready

help: ## say what there is
	@awk -F ':.*## ' '/^[.a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

.venv: $(READY) ## build .venv from the lock
$(READY): requirements.lock pyproject.toml .ci/venv
	@rm -f $@
	@.ci/venv
	@touch $@

demo: $(READY) ## show syncd at work on three made-up people and a vendor on this machine
	@.venv/bin/syncd demo $(ARGS)

test: $(READY) ## run all tests but the long ones, in four processes
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

soak: $(READY) ## run the long tests, and the properties with many more examples
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest tests/properties $(LONG) $(ARGS)
	@$(PY) -m pytest -m soak -rP $(LONG) $(ARGS) || test $$? -eq 5

check: $(READY) ## lint, format, types, imports
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@.venv/bin/lint-imports

bench: $(READY) ## measure, side by side with peers; prints ratios
	@$(PY) -m bench $(ARGS)

docs: $(READY) ## write the generated pages again
	@$(PY) docs/generate.py $(ARGS)

# Needs uv. The lock holds hashes and no addresses: whoever installs chooses where from.
lock: ## pin the newest libraries that fit pyproject.toml
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-emit-index-url --no-annotate --no-header \
		--output-file requirements.lock pyproject.toml

clean: ## remove what was built
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

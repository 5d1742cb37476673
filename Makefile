PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: setup run test lock

setup: .venv/installed  ## a virtual environment with exactly requirements.lock

# The stamp is newer than what it was made from, so that nothing is installed twice.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: setup  ## collect, build, check and publish the embedded default
	$(BIN)/caseload-watch run --profile demo

test: setup  ## every test that needs nothing but this repository
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not shared"

lock:  ## resolve requirements.lock again (needs uv)
	uv pip compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url --python-version 3.11 --extra dev --output-file requirements.lock pyproject.toml

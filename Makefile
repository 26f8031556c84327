# The project's commands. Each does its own set-up; a second run starts in seconds.
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python

.PHONY: help setup demo test check bench torture simulate fuzz golden pictures guide strings lock package package-windows licences audit clean

help:
	@echo "make demo     the main job in a practice clinic (a window, or PDF and pictures without a display)"
	@echo "make test     every check and test"
	@echo "make check    style, types and import contracts only"
	@echo "make bench    every figure beside its floor and its goal, written into the README (QUICK=1: smaller, not written)"
	@echo "make golden   draw the golden pages of the papers anew; look at each that changed"
	@echo "make pictures every screen and dialog in each language, look and scale: build/pictures/index.html"
	@echo "make guide    draw the pictures of the user guide anew (resources/guide)"
	@echo "make torture ROUNDS=300   the program killed so often in each thing that writes; a table of what was lost"
	@echo "make simulate SEEDS=100000   as many simulated histories of clinics, headquarters and sticks"
	@echo "make fuzz COUNT=2000    as many hostile files for every reader"
	@echo "make setup    the set-up alone"
	@echo "make strings  collect the texts to translate and compile the catalogs"
	@echo "make package  the program as a folder and an archive, proven away from here and measured"
	@echo "make package-windows  the Windows folder, built and run under Wine (root, a network, half an hour)"
	@echo "make licences list what the program carries, and under which licences"
	@echo "make audit    ask whether weaknesses are known of what is locked (needs a network)"
	@echo "make lock     renew the lock files (needs uv)"

setup:
	@$(PYTHON) .ci/setup.py

demo: setup
	@$(VENV_PYTHON) -m clinic_app demo --out build/demo

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test: check
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest -n auto

simulate: setup
	$(VENV_PYTHON) -m tests.simulate.simulator $(or $(SEEDS),1000) $(or $(FIRST),0)

torture: setup
	$(VENV_PYTHON) -m tests.torture --rounds $(or $(ROUNDS),300)

bench: setup
	$(VENV_PYTHON) -m tests.bench.all $(if $(QUICK),--quick)

fuzz: setup
	$(VENV_PYTHON) -m tests.fuzz $(or $(COUNT),2000)

golden: setup
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest -q tests/golden --renew-golden
	git status --short tests/golden

pictures: setup
	QT_QPA_PLATFORM=offscreen $(VENV_PYTHON) -m clinic_app.pictures.take --out build/pictures

guide: setup
	@$(VENV_PYTHON) .ci/guide_pictures.py

strings: setup
	$(VENV_PYTHON) .ci/strings.py

package: setup
	$(VENV_PYTHON) .ci/package.py

package-windows: setup
	PYTHONPATH=. $(VENV_PYTHON) .ci/package_windows.py

licences: setup
	$(VENV_PYTHON) .ci/licences.py

audit: setup
	$(VENV_PYTHON) .ci/audit.py

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock

clean:
	rm -rf build dist .venv .mypy_cache .ruff_cache .pytest_cache

# make run   does the main job on the sample office and leaves the results in out/
# make test  style, types, layers and every test
# Both install what they need into .venv first.

PYTHON := .venv/bin/python

.PHONY: setup run test lint tests coverage bench faults dist

setup:
	@bash tools/setup.sh

run: setup
	@bash tools/run.sh

test: lint tests

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

tests: setup
	$(PYTHON) -m pytest -n auto --maxschedchunk 16

# Apart from the tests, because tracing makes them half as long again. What is told here is the part of the core that
# no test reached; it fails nothing.
coverage: setup
	@mkdir -p out/coverage
	$(PYTHON) -m pytest -n auto --cov --cov-report= tests/unit tests/declarations
	$(PYTHON) -m coverage report

bench: setup
	$(PYTHON) -m tests.benchmarks

faults: setup
	$(PYTHON) -m pytest -m faults

dist: setup
	$(PYTHON) -m PyInstaller --noconfirm --log-level WARN --distpath out/dist --workpath out/pyinstaller pyinstaller.spec
	out/dist/county-desk/county-desk --check

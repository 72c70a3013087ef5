# Every command a person needs. `make demo` and `make test` set everything up themselves.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help demo chat bot test check lint bench bench-quick bench-profile bench-start bench-scaling bench-replicas bench-nudges bench-document coach-report soak lock record clean

help:            ## list these commands
	@grep -E '^[a-z-]+: *.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv: .venv/ready
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "coachbot needs Python 3.11 or newer"'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --editable .
	@touch $@

demo: .venv      ## watch a bakery define its customer relationship; the document is left in out/
	$(BIN)/coachbot demo

chat: .venv      ## talk to the coach in this terminal
	$(BIN)/coachbot chat

bot: .venv       ## run the Telegram bot
	$(BIN)/coachbot bot

test: .venv      ## run every test, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -q -n auto

lint: .venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint      ## format, lint, types, import contracts, migrations, prompts, then every test
	$(BIN)/coachbot check
	$(BIN)/python -m pytest -q tests/test_migrations.py
	$(MAKE) test

.venv-bench: .venv-bench/ready
.venv-bench/ready: bench/requirements.lock
	$(PYTHON) -m venv --clear .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r bench/requirements.lock
	@touch $@

bench: .venv .venv-bench ## this bot beside aiogram and python-telegram-bot, on one core: about twenty minutes
	.venv-bench/bin/python bench/run.py

bench-quick: .venv .venv-bench ## the same in two minutes, into out/bench
	.venv-bench/bin/python bench/run.py --quick --out out/bench

bench-profile: .venv .venv-bench ## where the time of an answer goes, step by step
	.venv-bench/bin/python bench/profiling.py

bench-start: .venv ## how quickly the bot is there, and what it takes at rest
	$(BIN)/python bench/start.py

bench-scaling: .venv ## what a thousand and ten million people take: about three minutes
	$(BIN)/python bench/scaling.py --people 256 --record

bench-replicas: .venv ## one, two and four replicas on this machine, at a PostgreSQL
	$(BIN)/python bench/replicas.py

bench-nudges: .venv ## what nudges cost with a million people, and whom they keep waiting
	$(BIN)/python bench/nudges.py

bench-document: .venv ## how fast the document is made
	$(BIN)/python bench/document.py

coach-report: .venv ## precision and recall of what the coach notices, on the labelled answers
	$(BIN)/python tests/noticing/report.py
	$(BIN)/python tests/noticing/report.py --held-out

soak: .venv      ## kills and mutated updates by the thousand; about half an hour
	$(BIN)/python -m tests.soak.kills --people 200 --kills 200
	$(BIN)/python -m tests.soak.mutations --count 100000
	$(BIN)/python -m tests.soak.lives --lives 400

lock:            ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --group dev --generate-hashes --no-emit-index-url --no-header -o requirements.lock pyproject.toml

record: .venv    ## write conversations and the generated parts of the docs anew
	COACHBOT_RECORD=1 $(BIN)/python -m pytest -q tests/test_conversations.py tests/test_docs.py tests/test_promises.py --record

clean:           ## remove what was built
	rm -rf .venv .venv-bench out .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
KIND ?=
ARGS ?=
FILE ?=

.DEFAULT_GOAL := help
.PHONY: run test check audit format train bench faults doctor nlu-eval nlu-compare nlu-benchmark nlu-review lock clean help

run: ## the whole service with the demo shop, ready to chat (Ctrl-C stops it)
	@$(PYTHON) -m tools run $(ARGS)

test: ## all tests; KIND="unit contracts" runs only those kinds
	@$(PYTHON) -m tools test $(KIND)

check: ## format, lint, types and imports (quick)
	@$(PYTHON) -m tools check

audit: ## known vulnerabilities of the packages we use, where an advisory database can be reached
	@$(PYTHON) -m tools audit

format: ## format the Python code and fix simple lint
	@$(PYTHON) -m tools format

train: ## train the assistant's model if its inputs changed
	@$(PYTHON) -m tools train

bench: ## measure Kotha against stock Rasa, side by side
	@$(PYTHON) -m tools bench $(ARGS)

faults: ## kill and break everything at random, judge what customers got (ARGS="--seed 7 --store postgresql --gateways 2")
	@$(PYTHON) -m tools faults $(ARGS)

doctor: ## look at the whole service, say what is wrong and what to do (ARGS=--json)
	@$(PYTHON) -m tools doctor $(ARGS)

nlu-eval: ## measure understanding: FILE=rows.jsonl with text and intent (ARGS=--confusions: the worst pairs)
	@$(PYTHON) -m tools nlu-eval --caller "$(PWD)" --file "$(FILE)" $(ARGS)

nlu-compare: ## measure understanding beside stock Rasa's default pipeline, which trains for hours (ARGS="--share 10": one hour)
	@$(PYTHON) -m tools nlu-compare $(ARGS)

nlu-review: ## messages that may have been misunderstood, as Rasa YAML to label (ARGS="--output FILE --mark")
	@$(PYTHON) -m tools nlu-review $(ARGS)

nlu-benchmark: ## this pipeline on any labelled files: TRAIN=a.csv TEST=b.csv with text,label [OOS=label]
	@$(PYTHON) -m tools nlu-benchmark --caller "$(PWD)" --train "$(TRAIN)" --test "$(TEST)" --oos "$(OOS)"

lock: ## resolve requirements/*.in into hashed pins (ARGS=--upgrade for newer versions)
	@$(PYTHON) -m tools lock $(ARGS)

clean: ## remove caches, builds and models (ARGS=all: environments too, ARGS=data: the data directory too)
	@$(PYTHON) -m tools clean $(ARGS)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

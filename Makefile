# refreshbot. `make help` lists what there is.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)

# ARGS are handed to the demo and to the race. SEEDS is how many the simulation plays, KILLS how
# often the daemon is killed. CASES is a file for `make readers`, see .ci/readers.
ARGS  ?=
SEEDS ?= 3000
KILLS ?= 300
CASES ?=

# FUZZTIME is how long each fuzzer runs.
FUZZTIME ?= 1m

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/refreshbot and bin/refreshbot-demo
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/ ./cmd/refreshbot ./cmd/refreshbot-demo

# Nothing happens where they are. A server is started by whoever needs one.
.PHONY: postgres
postgres: ## install PostgreSQL's programs where they are missing
	@.ci/postgres

.PHONY: demo
demo: build ## play the main job on embedded defaults; ARGS=--once ends by itself
	@case '$(ARGS)' in *postgres*) .ci/postgres;; esac
	bin/refreshbot-demo $(ARGS)

# The engine is killed at every point, processes die at every step of every
# scenario, and most seeds are played without the race detector: under it pure-Go
# SQLite is 25 times slower.
.PHONY: test
test: postgres ## run every test, with the race detector
	$(GO) test -race ./...
	$(GO) test ./integrations/clone ./cmd/internal/stage ./cmd/internal/simulation

.PHONY: check
check: ## everything that CI checks
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	  test -z "$$unformatted" || { echo "not gofmt-clean:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) test -count=1 ./cmd/internal/layers
	$(MAKE) lint
	$(MAKE) test
	$(MAKE) demo ARGS=--once

.PHONY: lint
lint: ## build the pinned linter and run it
	$(GO) build -C .ci/tools -o ../../bin/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	bin/golangci-lint run ./...

.PHONY: bench
bench: build ## measure reading, judging, storing, answering, and a minute of load
	$(GO) test -run '^$$' -bench . -benchmem ./rules/... ./store/... ./bot/... ./integrations/ics
	bin/refreshbot-demo load -ramp

.PHONY: race
race: build postgres ## set the clone engine beside PostgreSQL's own tools; ARGS="--size 2GB --rounds 2"
	bin/refreshbot-demo race $(ARGS)

.PHONY: readers
readers: ## set the ticket reader beside two date libraries; CASES=FILE
	$(GO) run -C .ci/readers . $(abspath $(CASES))

.PHONY: simulate
simulate: ## play SEEDS seeds of the whole program under faults, on all processors
	$(GO) test -count=1 -timeout 12h ./cmd/internal/simulation -run Simulation -v -args -seeds $(SEEDS)

.PHONY: kill
kill: build ## SIGKILL the daemon KILLS times under load and look what is lost
	bin/refreshbot-demo kill --kills $(KILLS)

.PHONY: mutants
mutants: ## plant bugs, one at a time, and let the simulation find each
	$(GO) test -count=1 -timeout 12h ./cmd/internal/simulation -run Mutants -v -args -mutants all

.PHONY: soak
soak: ## the long runs: simulation, planted bugs, kills, a million random windows, fuzzing
	$(MAKE) simulate mutants kill
	$(GO) test -count=1 -timeout 60m ./rules -run Twin -args -soak
	$(MAKE) fuzz

# The list is what `go test -list` finds, so that no fuzzer can be left out of it.
# Some write files: where there is a disk in memory, there.
.PHONY: fuzz
fuzz: ## run every fuzzer for FUZZTIME, one after the other, to the first that finds something
	@set -e; if test -d /dev/shm; then export TMPDIR=/dev/shm; fi; \
	  found=$$($(GO) test -list '^Fuzz' ./...); \
	  echo "$$found" | awk '/^Fuzz/ { names[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, names[i]; n = 0 }' | \
	  while read package name; do \
	    echo "$$name of $$package"; \
	    $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$package" </dev/null; \
	  done

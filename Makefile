# refreshbot. `make help` lists what there is.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)

# ARGS are handed to the demo, SEEDS and SEED to the simulation.
ARGS  ?=
SEEDS ?= 3000
SEED  ?= 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/refreshbot and bin/refreshbot-demo
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/ ./cmd/refreshbot ./cmd/refreshbot-demo

.PHONY: demo
demo: build ## play the main job on embedded defaults; ARGS=--once ends by itself
	bin/refreshbot-demo $(ARGS)

.PHONY: test
test: ## run every test, with the race detector
	$(GO) test -race ./...

.PHONY: check
check: ## everything that CI checks
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	  test -z "$$unformatted" || { echo "not gofmt-clean:"; echo "$$unformatted"; exit 1; }
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(GO) test -count=1 ./cmd/internal/layers
	$(MAKE) test
	$(MAKE) demo ARGS=--once

.PHONY: lint
lint: ## build the pinned linter and run it
	$(GO) build -C .ci/tools -o ../../bin/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	bin/golangci-lint run ./...

.PHONY: bench
bench: ## measure reading, judging, storing and the loops
	$(GO) test -run '^$$' -bench . -benchmem ./rules/... ./store/... ./bot/...

.PHONY: soak
soak: ## the long runs: more seeds of the simulation, a million random windows
	$(GO) test -count=1 -timeout 60m ./bot/runner -run Simulation -args -seeds $(SEEDS) -seed $(SEED)
	$(GO) test -count=1 -timeout 60m ./rules -run Naive -args -soak

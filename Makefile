# Tandem. Two commands do everything: make run, make test.
SHELL := /bin/bash
.DEFAULT_GOAL := help

ADDR ?= localhost:8080
BIN := bin/tandem
# A ROME archive next to the checkout is used when nothing else is said.
SHARED_ROME := $(wildcard ../shared/rome/RefRomeCsv_v460.zip)
export ROME_ARCHIVE ?= $(abspath $(SHARED_ROME))

.PHONY: help run test build bench growth postgres browser fuzz clean

help: ## show this help
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

run: postgres build ## install what is missing, build, and serve a demo on http://localhost:8080
	@AUTH=$${AUTH-demo} ADDR=$(ADDR) $(BIN) serve

test: postgres browser ## install what is missing and run every test: vet, Go with the race detector, types and modules of the page, interop, browser
	@echo "== vet"
	@go vet ./...
	@echo "== go test -race"
	@TEST_MODELS="$(CURDIR)/bin/models" go test -count=1 -run '^TestModels$$' ./retrieval
	@TEST_MODELS="$(CURDIR)/bin/models" go test -race -timeout 12m ./...
	@$(MAKE) --no-print-directory build
	@echo "== page"
	@web/browser/node_modules/.bin/tsc -p web/browser
	@node --test web/ui/test/*.test.js
	@echo "== interop and browser"
	@cd web/browser && node --test --test-concurrency=1

build: ## build bin/tandem
	@mkdir -p bin
	@CGO_ENABLED=0 go build -trimpath -o $(BIN) .

bench: postgres build ## print the table of figures that README shows
	@# pdftotext, to compare with; without it the table says that it is missing
	@command -v pdftotext >/dev/null || [ "$$(id -u)" -ne 0 ] || apt-get -q -y install --no-install-recommends poppler-utils >/dev/null 2>&1 || true
	@$(BIN) bench
	@if [ -x web/browser/node_modules/.bin/tsc ]; then node web/browser/bench.mjs; else echo "| Page | not measured: make browser installs what it needs |"; fi

growth: postgres build ## print the tables of what search and portfolios cost as they grow (half an hour)
	@$(BIN) bench --growth
	@$(BIN) bench --portfolio

postgres: ## install Postgres and pgvector if they are missing
	@internal/postgres/install.sh

browser: ## install what browser and interop tests need
	@web/browser/install.sh

fuzz: ## fuzz every parser for a short while
	@for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -ho '^func Fuzz[A-Za-z]*' $$pkg/*_test.go | cut -c6-); do \
			echo "== $$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime 10s -fuzzminimizetime 20x $$pkg || exit 1; done; done

clean: ## remove what was built here (the data folder is left alone)
	@rm -rf bin web/browser/node_modules

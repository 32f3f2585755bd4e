# Tessera. `make help` lists the targets; what they do in detail is in .ci/.
.DEFAULT_GOAL := help
.PHONY: help setup build run test torture bench docs format lint clean

PIPELINE ?= Pipelines/quickstart.yaml
SOURCES := Package.swift Sources Tests

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo "  PIPELINE=Pipelines/NAME.yaml make run   runs another pipeline"

setup: ## install what is missing; make setup FASHION=1 adds Fashion-MNIST
	@FASHION=$(FASHION) .ci/setup

build: setup ## the release build: .build/release/tessera
	swift build -c release

run: build ## build, run the quickstart pipeline, and name the pictures
	.build/release/tessera run $(PIPELINE)

test: setup ## every test: the Swift tests, then Python's view of the files written
	@.ci/test

torture: build ## every fault, kill, flip and hostile file; a day and a half (SHARE=3/100: a part)
	Tests/Torture/torture.py $(if $(SHARE),--share $(SHARE))

bench: build ## measure speed; writes Output/benchmark.json
	.build/release/benchmark

docs: ## build the manual as web pages in .build/docs; a warning fails
	@.ci/docs

format: ## format the Swift sources in place
	swift format --in-place --parallel --recursive $(SOURCES)

lint: ## check the format of the Swift sources
	swift format lint --strict --parallel --recursive $(SOURCES)

clean: ## remove what was built (.build, .venv); results and data stay
	rm -rf .build .venv

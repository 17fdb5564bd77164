# The front door: `make help`. STACK names the stack (default local, which runs on this machine); LAYER one of the four layers.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

STACK ?= local
LAYERS := security network data compute
export STACK

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export RECORDS_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/student-records
# Compiled code of the large SDK packages is kept between runs: a second or two for every command.
export NODE_COMPILE_CACHE ?= $(RECORDS_TOOLS)/compile-cache
export NX_DAEMON := false
export NX_ISOLATE_PLUGINS := false
export NX_TUI := false

NX := nx
DEPLOY := node shared/deploy/src/cli.ts
CLOUD := node projects/local-cloud/src/cli.ts
POLICY := node projects/policy/src/cli.ts
ACCESS := node shared/access/src/cli.ts
SYSTEM := node projects/system-tests/src/cli.ts
IS_LOCAL = $(filter local local-%,$(STACK))

need-layer = @[ -n "$(filter $(LAYERS),$(LAYER))" ] || { echo "Name the layer: make $@ LAYER=<$(subst $() ,|,$(LAYERS))>" >&2; exit 2; }
need-local = @[ -n "$(IS_LOCAL)" ] || { echo "make $@ works on stacks of this machine only (local, local-<name>), not on $(STACK)." >&2; exit 2; }

##@ Run the system
.PHONY: deploy-all
deploy-all: setup ## Deploy the four layers in order; on this machine also load sample data and check that it works
	@$(NX) run-many -t deploy -p security,network,data,compute --nxBail --outputStyle=stream-without-prefixes
	@if [ -n "$(IS_LOCAL)" ]; then $(SYSTEM) ready; fi

.PHONY: deploy
deploy: setup ## Deploy one layer alone, upstream contracts checked: make deploy LAYER=compute
	$(need-layer)
	@$(NX) run-many -t build -p api,consumers,database --outputStyle=static
	@$(NX) run $(LAYER):deploy --excludeTaskDependencies --outputStyle=stream-without-prefixes

.PHONY: destroy-all
destroy-all: setup ## Remove the four layers in reverse; on this machine nothing is left running or behind
	@if [ -z "$(IS_LOCAL)" ]; then read -rp "Type the name of the stack to destroy: " typed && [ "$$typed" = "$(STACK)" ]; fi
	@$(NX) run-many -t destroy -p security,network,data,compute --nxBail --outputStyle=stream-without-prefixes
	@if [ -n "$(IS_LOCAL)" ]; then $(CLOUD) down --stack $(STACK) && rm -rf .local/$(STACK); fi

.PHONY: smoke
smoke: setup ## Check the running system as a campus system would: token, read, change, refusals, audit
	$(need-local)
	@$(SYSTEM) smoke

.PHONY: seed
seed: setup ## Load the synthetic data set into the running system (does nothing when it is there)
	$(need-local)
	@$(SYSTEM) seed

.PHONY: next-steps
next-steps: setup ## Print the addresses, a ready curl with a token, and where to look
	$(need-local)
	@$(SYSTEM) next-steps

.PHONY: status
status: setup ## Show what runs on this machine for the stack
	$(need-local)
	@$(CLOUD) status --stack $(STACK)

.PHONY: logs
logs: setup ## Show the logs of tasks, functions and servers: make logs [NAME=ecs-api]
	$(need-local)
	@$(CLOUD) logs --stack $(STACK) $(NAME)

.PHONY: used-statements
used-statements: setup ## Which statements of the roles let something through on this machine so far, and which never did
	$(need-local)
	@$(CLOUD) access --stack $(STACK)

##@ Look at a layer
.PHONY: preview
preview: build ## Show what a deployment would change, of all layers or one: make preview [LAYER=network] [STACK=prod]
	@$(DEPLOY) preview $(if $(LAYER),--project $(LAYER))

.PHONY: policy
policy: setup ## Check the policies over what is deployed, or without an account over a plan: make policy [STACK=prod]
	@if [ -z "$(IS_LOCAL)$${PULUMI_BACKEND_URL:-}" ]; then $(MAKE) --no-print-directory preview LAYER=; fi
	@$(POLICY) --stack $(STACK)

.PHONY: who-can
who-can: setup ## Who may use a key, from the deployed policies: make who-can [KEY=student-fields]
	@$(ACCESS) who-can --stack $(STACK) $(if $(KEY),--key $(KEY)) $(if $(ACTION),--action $(ACTION))

.PHONY: refresh
refresh: setup ## Compare a layer's state with what is there: make refresh LAYER=data
	$(need-layer)
	@$(NX) run $(LAYER):refresh --outputStyle=stream-without-prefixes

.PHONY: drift
drift: setup ## The same without touching the state, and failing on any difference: make drift LAYER=data
	$(need-layer)
	@$(NX) run $(LAYER):drift --outputStyle=stream-without-prefixes

.PHONY: outputs
outputs: setup ## Print a layer's outputs as JSON: make outputs LAYER=compute
	$(need-layer)
	@$(DEPLOY) outputs --project $(LAYER)

.PHONY: export
export: setup ## Print a layer's state as JSON, secrets encrypted: make export LAYER=data
	$(need-layer)
	@$(DEPLOY) export --project $(LAYER)

##@ Work on it
.PHONY: setup
setup: ## Install all that is needed: npm packages, Node 24, Pulumi CLI, moto, Redis (every target does it first)
	@tools/setup.sh

.PHONY: build
build: setup ## Bundle the applications
	@$(NX) run-many -t build --outputStyle=static

.PHONY: check
check: build ## Types, lint, format and workflows: about a minute
	@npm run --silent typecheck
	@npm run --silent lint
	@tools/lint-workflows.sh

.PHONY: test
test: check ## Everything: types, lint, unit, stacks, engine, database, and the whole system end to end
	@tools/run-tests.sh

.PHONY: test-failures
test-failures: build ## Break the running system on purpose and see it hold: make test-failures [TEST=failover]
	@RECORDS_FAILURE_TESTS=1 tools/run-tests.sh --runInBand $(if $(TEST),$(TEST).test)

.PHONY: test-affected
test-affected: build ## Only the tests of projects that differ from a base: make test-affected NX_BASE=origin/main
	@$(NX) affected -t test --base=$(or $(NX_BASE),main) --head=$(or $(NX_HEAD),HEAD) --parallel=1 --outputStyle=stream-without-prefixes

.PHONY: inventories
inventories: build ## Rewrite the pinned resource counts and contracts of the stacks; read the diff before you commit it
	@UPDATE_INVENTORIES=1 npm test --silent -- projects/security projects/network projects/data projects/compute projects/system-tests/test/plans

.PHONY: controls
controls: setup ## Write docs/controls.md anew: each control with its rule, resource, policy and test
	@node projects/policy/src/controls/cli.ts

.PHONY: dashboards
dashboards: setup ## Draw the CloudWatch dashboards as pages with made-up data, alarms' limits included: .local/dashboards
	@$(SYSTEM) dashboards

.PHONY: format
format: setup ## Format every file
	@npm run --silent format

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

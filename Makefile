# Two commands are enough: `make demo` shows ting, `make test` checks it.

.PHONY: demo test quick lint bench methods-bench sqlx help

help: ## Shows this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Starts everything on this machine and takes in real comments. DEMO_EXIT=1 ends after the report.
	cargo build --release --locked --quiet --package ting-local --package ting-cli
	@target/release/ting-local demo

test: lint ## Checks everything, cheap things first.
	cargo xtask sqlx --check
	cargo test --workspace --locked
	cargo xtask python
	python3 -m unittest discover --start-directory examples
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

lint: ## Checks style, contracts, layers and licences; needs no server.
	cargo fmt --all --check
	cargo xtask layers
	cargo xtask contract
	cargo xtask nats --check
	cargo xtask settings --check
	cargo xtask dashboards --check
	cargo xtask observability
	cargo xtask deny
	cargo xtask dockerfile
	cargo xtask compose
	cargo xtask kubernetes
	cargo clippy --workspace --all-targets --locked -- -D warnings

quick: ## Tests without the whole-system ones.
	cargo test --workspace --locked --exclude ting-tests

sqlx: ## Renews the checked metadata of the queries.
	cargo xtask sqlx

bench: ## Measures the pipeline beside its floors; takes some minutes on an idle machine.
	cargo run --release --locked --package ting-bench -- pipeline

methods-bench: ## Measures methods beside the Python packages that do the same; fetches those.
	python3 bench/methods/run.py

# Only other names for ./run.
.PHONY: run setup test lock help

run:
	@./run

setup test lock help:
	@./run $@

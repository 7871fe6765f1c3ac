"""What `make run` and `make test` need before any package is installed: standard library only."""

"""Costs of the service, measured beside the bare engine in the same run: `make bench`."""

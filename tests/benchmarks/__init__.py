"""What the service costs, measured beside the bare engine in the same run: `make bench`."""

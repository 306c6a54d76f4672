"""The doors: HTTP, the queue, and the one gateway that talks to Temporal."""

PREFIX = "/api/v1"
JSON = "application/json"
VERSION = "1.0.0"

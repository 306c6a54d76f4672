"""The doors: HTTP, the queue, and the one gateway that talks to Temporal."""

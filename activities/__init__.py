"""The only outbound I/O: snapshots and history (MongoDB, DocumentDB), events (EventBridge)."""

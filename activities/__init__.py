"""All outbound I/O: snapshots and history (MongoDB, DocumentDB), events (EventBridge), and notices
to the OS service."""

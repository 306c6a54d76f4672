"""The documents that the service has of itself. Nothing but the app itself depends on them."""

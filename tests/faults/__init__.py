"""Breaks the service in every way that it promises to survive, and reads what is left."""

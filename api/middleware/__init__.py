"""Middleware that every request passes: its context, its origin, its limits and its rate."""

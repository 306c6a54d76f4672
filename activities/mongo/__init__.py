"""Snapshots, history and what else is kept in MongoDB or DocumentDB 5.0, and the lists of it."""

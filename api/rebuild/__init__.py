"""Reconciles the read model with Temporal's histories, and restores from them what is missing."""

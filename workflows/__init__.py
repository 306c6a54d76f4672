"""Decides and waits: one long-running workflow per aggregate, over one shared journal."""

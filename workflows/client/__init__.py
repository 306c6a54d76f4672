"""Connects processes to Temporal, and asks it for workflows: no workflow imports this room."""

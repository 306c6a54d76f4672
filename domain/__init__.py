"""Aggregates of the workshop, and their rules. Pure: no clock, no random numbers, no I/O."""

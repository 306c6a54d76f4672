"""Reopens workflows that were ended before their work was over."""

"""Callers: the tokens that prove who they are, and the roles that say what they may do."""

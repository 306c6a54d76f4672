"""The way to the workflows: the one module that calls Temporal, and what its failures mean."""

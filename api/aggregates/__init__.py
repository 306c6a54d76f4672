"""Commands, reads and explanations: the same for every aggregate."""

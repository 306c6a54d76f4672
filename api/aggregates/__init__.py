"""What the API does with any aggregate: commands, reads, explanations."""

"""What the routes speak: bodies, preconditions, problems."""

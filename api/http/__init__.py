"""HTTP as all routes use it: bodies, preconditions, problems."""

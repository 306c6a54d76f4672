"""What the API says of itself: to machines, to integrators, to whoever meets a problem."""

"""The bay: a lift or another place of the workshop, and when it is closed."""

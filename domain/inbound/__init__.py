"""Messages of other teams, as we read them."""

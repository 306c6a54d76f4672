"""Working time of people and bays, as they say it and as instants; no aggregate of its own."""

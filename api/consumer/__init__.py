"""The door of the message queue: takes what the rest of the company tells us."""

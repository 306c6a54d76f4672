"""The door of the message queue: takes the messages of the rest of the company."""

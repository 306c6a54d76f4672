"""The pages that people read: what they name is there, and what they draw is so."""

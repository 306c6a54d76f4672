"""The technician: who works, with what skills, and when."""

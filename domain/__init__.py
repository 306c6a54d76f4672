"""What an execution is and may do. Pure: no clock, no random numbers, no I/O."""

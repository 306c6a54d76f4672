"""What every request passes before it is looked at: its envelope, its limits, its rates."""

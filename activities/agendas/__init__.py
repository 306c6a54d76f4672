"""Agendas of technicians and bays: reads them, and carries errands to them."""

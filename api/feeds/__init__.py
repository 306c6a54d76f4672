"""Feeds: agendas as calendars that other programs subscribe to, each under a key of its own."""

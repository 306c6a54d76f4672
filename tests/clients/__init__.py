"""Clients as their makers' usual generators write them from the API's document, compiled."""

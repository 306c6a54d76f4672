"""The API of bays, `/api/v1/bays`."""

"""The API of technicians, `/api/v1/technicians`."""

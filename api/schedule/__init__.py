"""The API of planning as it reads: workload, conflicts, suggestions, `/api/v1/schedule`."""

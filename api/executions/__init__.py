"""`/api/v1/executions`, in English."""

"""`/fila-execucao`, the workshop's queue, in Portuguese."""

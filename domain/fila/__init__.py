"""An item of the workshop's queue (fila de execução): an order that waits for a mechanic."""

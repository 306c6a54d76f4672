"""An execution: the paid work of one service order."""
